/**
 * Who corrected what in this incident, and when; each can be taken back.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { phrase } from "../parts/phrase.js";
import { actsOf } from "../state/corrections.js";
import { searchOf } from "../state/route.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Correction} Correction */
/** @typedef {import("../state/corrections.js").Act} Act */

/**
 * @param {object} props
 * @param {Correction[]} props.corrections newest first
 * @param {string} props.incident
 * @param {string|null} props.zone
 * @param {boolean} props.mayCorrect
 * @param {import("./incident_actions.js").Corrector} props.corrector
 */
export function Corrections({ corrections, incident, zone, mayCorrect, corrector }) {
  const acts = actsOf(corrections);
  if (!acts.length) return null;
  return html`<section class="corrections">
    <h3>${t("corrections")}</h3>
    <ul class="list">
      ${acts.map(
        (act) =>
          html`<li key=${`${act.made_at} ${act.made_by}`} class="correction">
            <span class="muted"><${Time} as="ago" at=${act.made_at} zone=${zone} /></span>
            <span class=${act.holding.length ? "" : "muted"}>
              ${actWords(act, incident)}
              ${act.comment && html` <q>${act.comment}</q>`}
              ${!act.holding.length && html` · ${withdrawnWords(act)}`}
            </span>
            ${
              mayCorrect &&
              act.holding.length > 0 &&
              html`<button class="button button-small" onClick=${() => corrector.withdraw(act.holding)}>
                ${t("correct.withdraw")}
              </button>`
            }
          </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {Act} act
 * @param {string} incident */
function actWords({ corrections, holding, made_by: who }, incident) {
  const [first] = corrections;
  if (!first) return "";
  const about = new Map(first.about.map((one) => [one.id, one]));
  const subject = about.get(first.alarm);
  const cause = about.get(first.cause_alarm ?? "");
  const values = { who, what: nameOf(subject, first.alarm), cause: nameOf(cause, first.cause_alarm ?? "") };
  const elsewhere = holding.length && subject?.incident !== incident ? (subject?.incident ?? "") : "";
  const key = elsewhere ? "act.moved_to" : `act.${first.kind}`;
  const link = html`<a href=${searchOf({ view: "incidents", id: elsewhere })}>${elsewhere}</a>`;
  return phrase(key, { incident: link }, values);
}

/** @param {Act} act */
function withdrawnWords({ corrections }) {
  return t("act.withdrawn", { who: corrections[0]?.withdrawn_by ?? "" });
}

/** @param {Correction["about"][number]|undefined} alarm
 * @param {string} id */
function nameOf(alarm, id) {
  if (!alarm) return id;
  const place = alarm.site_name ?? alarm.site ?? alarm.resource;
  return t("incident.title", { type: alarmType(alarm.alarm_type), place });
}
