/**
 * The correlator's reasons, which it gives in English, in the reader's language; what is not recognised stays as it is.
 */

import { t } from "/shared/lib/i18n.js";
import { alarmType } from "./catalogue.js";

const WHEN = String.raw`^(?<effect>\S+) (?<span>[\d.]+) (?<unit>s|min|h) (?<order>before|after) (?<cause>\S+) `;

/** @type {[RegExp, string][]} */
const FORMS = [
  [new RegExp(`${WHEN}at the same site$`), "site"],
  [new RegExp(String.raw`${WHEN}on the same (?<resource>.+)$`), "resource"],
  [new RegExp(String.raw`${WHEN}on (?<resource>.+) at (?<place>.+), which cut this site off$`), "downstream"],
  [new RegExp(String.raw`${WHEN}at (?<place>.+), on the other end of this link$`), "far_end"],
  [new RegExp(String.raw`${WHEN}at (?<place>.+), the other end of the same link$`), "link"],
  [new RegExp(String.raw`${WHEN}on power feed (?<feed>.+)$`), "feed"],
  [/^several sites on power feed (?<feed>.+) lost mains at once$/, "feed_at_once"],
  [/^(?<n>\d+) sites on this feed lost mains together$/, "feed_root"],
];

/** @param {string} reason
 * @returns {string} */
export function reasonWords(reason) {
  for (const [form, key] of FORMS) {
    const found = reason.match(form)?.groups;
    if (found) return t(`reason.${key}`, { ...found, when: whenWords(found) });
  }
  return reason;
}

/** @param {Record<string, string>} found */
function whenWords({ span, unit, order, cause }) {
  if (!unit) return "";
  return t(`reason.${order}`, { span: `${span} ${t(`unit.${unit}`)}`, cause: alarmType(cause ?? "") });
}
