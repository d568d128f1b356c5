/**
 * The correlator's reasons, which it gives in English, in the reader's language; what is not recognised stays as it is.
 */

import { t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";
import { alarmType } from "./catalogue.js";

const WHEN = String.raw`^(?<effect>\S+) (?<span>[\d.]+) (?<unit>s|min|h) (?<order>before|after) (?<cause>\S+)(?<over> had ended)? `;

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
  [/^(?<place>.+) and what depends on it fell silent at once$/, "dark_at_once"],
  [/^(?<n>\d+) sites at and around it fell silent together$/, "dark_root"],
  [/^what follows (?<cause>\S+) came at once at this site$/, "follows_at_once"],
  [/^(?<feed>.+) failed; sites seen on it: (?<n>\d+); to be asked: (?<contact>.+)$/, "party_feed"],
  [/^(?<resource>.+) at (?<place>.+) belongs to (?<tenant>.+)$/, "party_tenant"],
  [/^(?<resource>.+) at (?<place>.+) ends a fibre, which is leased$/, "party_link"],
  [/^nothing of ours at (?<place>.+) explains .+: the tenant's own equipment$/, "party_station"],
  [/^only (?<place>.+) is without mains, not its feed: our own breaker first$/, "party_breaker"],
  [/^(?<resource>.+) at (?<place>.+) is ours$/, "party_own"],
  [/^put under (?<cause>\S+) by (?<who>.+)$/, "put_under"],
];

/** @param {string} reason
 * @returns {string} */
export function reasonWords(reason) {
  for (const [form, key] of FORMS) {
    const found = reason.match(form)?.groups;
    if (found) return t(`reason.${key}`, { ...found, n: Number(found.n), cause: alarmType(found.cause ?? ""), when: whenWords(found) });
  }
  return reason;
}

/** @param {Record<string, string>} found */
function whenWords({ span, unit, order, over, cause }) {
  if (!unit) return "";
  return t(`reason.${over ? "after_end" : order}`, { span: `${span} ${t(`unit.${unit}`)}`, cause: alarmType(cause ?? "") });
}

/** How soon after their cause the alarms of a fold were raised; nothing where no cause is named.
 * @param {import("../state/tree_rows.js").Fold} fold */
export function foldWords({ alarms, cause }) {
  const [first, last] = [alarms[0], alarms.at(-1)].map((alarm) => Date.parse(alarm?.raised_at ?? ""));
  if (first === undefined || last === undefined) return "";
  if (!cause) return t("fold.within", { time: duration((last - first) / 1000) });
  const began = Date.parse(cause.raised_at);
  const [from, to] = [first, last].map((at) => duration((at - began) / 1000));
  const values = { from: from ?? "", to: to ?? "", cause: alarmType(cause.alarm_type) };
  if (first < began) return t("fold.around", { ...values, to: duration(Math.max(began - first, last - began) / 1000) });
  return t(from === to ? "fold.after" : "fold.between", values);
}
