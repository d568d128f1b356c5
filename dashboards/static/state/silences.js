/**
 * What is silent and why: the order of windows and shelves, and how many alarms each keeps quiet.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Silence} Silence */

/** What can silence an alarm, in the order in which the hidden are counted up. */
export const WHY_SILENT = /** @type {const} */ (["symptom", "maintenance", "shelf", "delay", "closed"]);

/** @typedef {typeof WHY_SILENT[number]} WhySilent */

/** What keeps an alarm silent, and the id of it; null for one that speaks.
 * @param {Alarm} alarm
 * @returns {{why: WhySilent, id: string}|null} */
export function silencedBy({ silenced_by, closed_at }) {
  if (!silenced_by) return closed_at ? { why: "closed", id: "" } : null;
  const [why = "", id = ""] = silenced_by.split(":");
  return { why: why === "shelved" ? "shelf" : /** @type {WhySilent} */ (why), id };
}

/** How many active alarms each window, each shelf, and each alarm that speaks for its symptoms keeps quiet.
 * @param {Iterable<Alarm>} alarms
 * @returns {Map<string, number>} */
export function quietUnder(alarms) {
  const counts = new Map();
  for (const alarm of alarms) {
    const silent = silencedBy(alarm);
    if (silent?.id) counts.set(silent.id, (counts.get(silent.id) ?? 0) + 1);
  }
  return counts;
}

const PLANNED = ["maintenance", "shelf", "closed"];

/** Incidents of which nothing speaks because a person wanted it so; a symptom, or what is yet to speak, is not that.
 * @param {Iterable<Alarm>} alarms
 * @returns {Set<string|null>} */
export function silentIncidents(alarms) {
  const [silent, speaking] = [new Set(), new Set()];
  for (const alarm of alarms) {
    const why = silencedBy(alarm)?.why;
    if (!why) speaking.add(alarm.incident);
    else if (PLANNED.includes(why)) silent.add(alarm.incident);
  }
  return new Set([...silent].filter((incident) => !speaking.has(incident)));
}

/** What holds now first, then what begins next; shelves in their own order.
 * @param {Silence} a
 * @param {Silence} b */
export function byWhatHolds(a, b) {
  return (
    Number(b.holds) - Number(a.holds) ||
    a.place - b.place ||
    (a.changes_at ?? "9").localeCompare(b.changes_at ?? "9") ||
    numberOf(a) - numberOf(b)
  );
}

/** Whether it can still silence anything.
 * @param {Silence} silence
 * @param {number} now epoch milliseconds */
export function isOver({ ended_at, ends_at }, now) {
  return ended_at !== null || (ends_at !== null && Date.parse(ends_at) <= now);
}

/** @param {string} text names with ; between them
 * @returns {string[]} */
export function named(text) {
  return text
    .split(/[;；]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

/** @param {Silence} silence */
function numberOf({ id }) {
  return Number(id.slice(1));
}
