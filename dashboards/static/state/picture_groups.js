/**
 * The alarms of a picture in the order of its lanes: site by site or type by type, the root's first.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */

/** The sites of the alarms and outages: the root's first, then as trouble came to them.
 * @param {Alarm[]} alarms
 * @param {Incident} incident */
export function bySite(alarms, incident) {
  const inOrder = rootFirst(alarms, incident);
  const troubled = [...inOrder, ...incident.outages].map(({ site }) => site ?? "");
  const sites = incident.root.site ? [incident.root.site, ...troubled] : troubled;
  return grouped(inOrder, (alarm) => alarm.site ?? "", sites);
}

/** @param {Alarm[]} alarms
 * @param {Incident} incident */
export function byType(alarms, incident) {
  return grouped(rootFirst(alarms, incident), (alarm) => alarm.alarm_type, []);
}

/** @param {Alarm[]} alarms
 * @param {Incident} incident */
function rootFirst(alarms, { root }) {
  return [...alarms].sort((a, b) => Number(b.id === root.alarm) - Number(a.id === root.alarm) || byRaise(a, b));
}

/** @param {Alarm[]} alarms
 * @param {(alarm: Alarm) => string} key
 * @param {string[]} keys  that stand first, whether they have alarms or not */
function grouped(alarms, key, keys) {
  /** @type {Map<string, Alarm[]>} */
  const groups = new Map(keys.map((one) => [one, []]));
  for (const alarm of alarms) {
    const group = groups.get(key(alarm));
    if (group) group.push(alarm);
    else groups.set(key(alarm), [alarm]);
  }
  return groups;
}

/** @param {Alarm} a
 * @param {Alarm} b */
function byRaise(a, b) {
  return Date.parse(a.raised_at) - Date.parse(b.raised_at) || (a.id < b.id ? -1 : 1);
}
