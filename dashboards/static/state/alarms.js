/**
 * The alarm list's decisions: its order, what a filter lets through, and when a flood is a flood.
 */

import { rank } from "/shared/lib/severity.js";
import { silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

export const UNKNOWN_SENDER = "unidentified:";

/** Whether its resource stands for a sender that the inventory does not know.
 * @param {{resource: string}} alarm */
export function senderIsUnknown({ resource }) {
  return resource.startsWith(UNKNOWN_SENDER);
}

/**
 * @typedef {object} AlarmFilter
 * @property {string} text
 * @property {string[]} severities  empty: all
 * @property {string} state  active, new, acknowledged, shelved, cleared
 * @property {string} site
 * @property {boolean} silent  what does not speak passes too
 * @property {boolean} grouped  symptoms stand in the line of their incident
 */

export const ALARM_STATES = ["active", "new", "acknowledged", "shelved", "cleared"];

const FLOOD_MS = 10 * 60_000;
const FLOOD_ALARMS = 10;

/** Most severe first, then newest first.
 * @param {Alarm} a
 * @param {Alarm} b */
export function byUrgency(a, b) {
  return rank(a.severity) - rank(b.severity) || backwards(a.raised_at, b.raised_at) || backwards(a.id, b.id);
}

/**
 * @param {AlarmFilter} filter
 * @param {number} now epoch milliseconds
 * @param {(alarm: Alarm) => boolean} found  whether it is what was typed
 * @returns {(alarm: Alarm) => boolean}
 */
export function passes(filter, now, found) {
  return (alarm) =>
    inState(alarm, filter.state, now) &&
    (!filter.severities.length || filter.severities.includes(alarm.severity)) &&
    (!filter.site || alarm.site === filter.site) &&
    found(alarm);
}

/** @param {Alarm} alarm
 * @param {number} now */
export function isShelved(alarm, now) {
  return alarm.shelved_until !== null && Date.parse(alarm.shelved_until) > now;
}

/** A critical that nobody has seen: the only thing on the screen that blinks.
 * @param {Alarm} alarm
 * @param {number} now */
export function isCrying(alarm, now) {
  return (
    alarm.severity === "critical" &&
    alarm.state === "active" &&
    !alarm.acknowledged_at &&
    !silencedBy(alarm) &&
    !isShelved(alarm, now)
  );
}

/** ISA-18.2: more than 10 alarms in 10 minutes is more than one person can take in.
 * @param {Iterable<Alarm>} alarms
 * @param {number} now
 * @returns {number} the alarms of the last 10 minutes when they are a flood, else 0 */
export function flood(alarms, now) {
  const since = new Date(now - FLOOD_MS).toISOString().slice(0, 19); // as text: parsing 50,000 times takes too long
  let fresh = 0;
  for (const alarm of alarms) {
    if (alarm.raised_at <= since || alarm.state !== "active") continue;
    if (!silencedBy(alarm) && !isShelved(alarm, now)) fresh += 1;
  }
  return fresh > FLOOD_ALARMS ? fresh : 0;
}

/** @param {Alarm} alarm
 * @param {string} state
 * @param {number} now */
function inState(alarm, state, now) {
  if (state === "cleared") return alarm.state === "cleared";
  if (alarm.state === "cleared") return false;
  const shelved = isShelved(alarm, now) || silencedBy(alarm)?.why === "shelf";
  if (state === "shelved") return shelved;
  if (state === "new") return !shelved && !alarm.acknowledged_at && !alarm.closed_at;
  if (state === "acknowledged") return !shelved && Boolean(alarm.acknowledged_at);
  return true;
}

/** @param {string} a
 * @param {string} b */
function backwards(a, b) {
  return a < b ? 1 : a > b ? -1 : 0;
}

/**
 * @typedef {object} AlarmGroup  the alarms of one incident as one line
 * @property {string} id  the incident's
 * @property {Alarm[]} alarms  most urgent first
 */

/** Folds alarms into their incidents, the most urgent one first; what belongs to none comes after them.
 * @param {Iterable<Alarm>} alarms in order
 * @returns {(Alarm|AlarmGroup)[]} */
export function grouped(alarms) {
  /** @type {Map<string, AlarmGroup>} */
  const groups = new Map();
  /** @type {Alarm[]} */
  const loose = [];
  for (const alarm of alarms) {
    const group = groups.get(alarm.incident ?? "");
    if (group) group.alarms.push(alarm);
    else if (alarm.incident) groups.set(alarm.incident, { id: alarm.incident, alarms: [alarm] });
    else loose.push(alarm);
  }
  return [...groups.values(), ...loose];
}

/** @param {Alarm|AlarmGroup} item
 * @returns {Alarm[]} */
export function alarmsOf(item) {
  return "alarms" in item ? item.alarms : [item];
}
