/**
 * The orders in which the alarm list can stand: by any of its columns, the most urgent first where they are alike.
 */

import { rank } from "/shared/lib/severity.js";
import { byUrgency } from "./alarms.js";
import { silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {(a: Alarm, b: Alarm) => number} Order */

/** What `?sort=` can say; the first one is what it is without. */
export const SORTS = ["severity", "since", "site", "region", "resource", "alarm", "count", "state", "incident"];

/** @param {string} sort  a column, with a minus before it the other way round
 * @param {(type: string) => string} typeWords
 * @returns {Order} */
export function orderBy(sort, typeWords) {
  const back = sort.startsWith("-");
  const name = back ? sort.slice(1) : sort;
  const order = ORDERS[name]?.(typeWords);
  if (!order) return byUrgency;
  return back ? (a, b) => -order(a, b) || byUrgency(a, b) : (a, b) => order(a, b) || byUrgency(a, b);
}

/** What pressing a column's head asks for: it, then the other way round, then as it is by itself.
 * @param {string} sort  as it is
 * @param {string} column
 * @returns {string} */
export function pressed(sort, column) {
  const now = sort || SORTS[0];
  if (now === column) return `-${column}`;
  return column === SORTS[0] || now === `-${column}` ? "" : column;
}

/** The column beside the one that orders now.
 * @param {string} sort
 * @param {1|-1} step
 * @returns {string} */
export function beside(sort, step) {
  const place = SORTS.indexOf(sort.replace("-", "") || String(SORTS[0]));
  return SORTS[(place + step + SORTS.length) % SORTS.length] ?? "";
}

/** @type {Record<string, (typeWords: (type: string) => string) => Order>} */
const ORDERS = {
  severity: () => (a, b) => rank(a.severity) - rank(b.severity),
  since: () => (a, b) => forwards(b.raised_at, a.raised_at), // the newest first, as everywhere
  site: () => (a, b) => forwards(a.site ?? "~", b.site ?? "~"),
  region: () => (a, b) => forwards(a.region ?? "~", b.region ?? "~"),
  resource: () => (a, b) => forwards(a.resource, b.resource),
  alarm: (typeWords) => (a, b) => (a.alarm_type === b.alarm_type ? 0 : forwards(typeWords(a.alarm_type), typeWords(b.alarm_type))),
  count: () => (a, b) => b.count - a.count,
  state: () => (a, b) => stand(a) - stand(b),
  incident: () => (a, b) => numbered(a.incident, b.incident),
};

/** @param {Alarm} alarm
 * @returns {number} new, acknowledged, silent, cleared */
function stand(alarm) {
  if (alarm.state === "cleared") return 3;
  if (silencedBy(alarm)) return 2;
  return alarm.acknowledged_at ? 1 : 0;
}

/** @param {string} a
 * @param {string} b */
function forwards(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** I2 before I10, and none last.
 * @param {string|null} a
 * @param {string|null} b */
function numbered(a, b) {
  if (!a || !b) return Number(!a) - Number(!b);
  return a.length - b.length || forwards(a, b);
}
