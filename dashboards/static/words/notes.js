/**
 * What the services write on a ticket, which they do in English, in the reader's language; a person's words stay as they are.
 */

import { t } from "/shared/lib/i18n.js";

/** @type {[RegExp, string][]} */
const FORMS = [
  [/^opened for incident (?<id>\S+)$/, "opened"],
  [/^(?<id>W\d+) accepted$/, "accepted"],
  [/^(?<id>W\d+) done$/, "done"],
  [/^(?<id>W\d+) done: (?<said>.+)$/s, "done_with"],
  [/^all alarms are clear and all needs have ended$/, "all_clear"],
  [/^the alarm came back$/, "came_back"],
  [/^it got worse: priority (?<priority>\d), impact (?<impact>\d)$/, "got_worse"],
  [/^(?<id>\S+) is the same fault and goes on here$/, "goes_on_here"],
  [/^work on (?<id>\S+) goes on here$/, "goes_on_here"],
  [/^the hold is over$/, "hold_over"],
  [/^the same fault as (?<id>\S+)$/, "same_fault"],
  [/^(?<n>\d+) sites without mains$/, "without_mains"],
  [/^cleared by itself after (?<span>[\d.]+) (?<unit>s|min|h)$/, "cleared_alone"],
];

/** @param {string} text
 * @returns {string} */
export function noteWords(text) {
  for (const [form, key] of FORMS) {
    const found = text.match(form)?.groups;
    if (found || form.test(text)) return t(`note.${key}`, { ...found, n: Number(found?.n), span: spanWords(found) });
  }
  return text;
}

/** @param {Record<string, string>|undefined} found */
function spanWords(found) {
  return found?.unit ? `${found.span} ${t(`unit.${found.unit}`)}` : "";
}

const SERVICES = ["alarm_correlation", "collectors", "complaints", "dispatch"];

/** Who did something: a person by name, any of the services as the system.
 * @param {string} actor */
export function actorWords(actor) {
  return SERVICES.includes(actor) ? t("by_system") : actor;
}
