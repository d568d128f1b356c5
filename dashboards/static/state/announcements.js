/**
 * Announced power cuts, weather and works: which stand, in which order, and which will cost sites.
 */

import { now } from "/shared/lib/time.js";

/** @typedef {import("./shapes_shift.js").Announcement} Announcement */
/** @typedef {"current"|"coming"|"over"|"withdrawn"} AnnouncementState */

/** @param {Announcement} one
 * @param {number} time epoch milliseconds
 * @returns {AnnouncementState} */
export function stateAt(one, time) {
  if (one.withdrawn_at) return "withdrawn";
  if (Date.parse(one.ends_at) <= time) return "over";
  return Date.parse(one.starts_at) <= time ? "current" : "coming";
}

/** Neither over nor withdrawn.
 * @param {Announcement} one */
export function isStanding(one) {
  return ["current", "coming"].includes(stateAt(one, now()));
}

/** What holds now first, then what begins next.
 * @param {Announcement} a
 * @param {Announcement} b */
export function byTime(a, b) {
  return a.starts_at.localeCompare(b.starts_at) || a.ends_at.localeCompare(b.ends_at) || a.id.localeCompare(b.id);
}
