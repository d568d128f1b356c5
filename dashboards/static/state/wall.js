/**
 * The wall's reckoning: its most urgent sentence, how much brighter what changed lately stands, its options in the URL.
 */

import { graver, massOutage, urgency } from "./urgency.js";

/** @typedef {import("./urgency.js").Urgency} Urgency */
/** @typedef {import("./shapes_wall.js").WallPicture} WallPicture */
/** @typedef {import("./shapes_wall.js").WallChange} WallChange */

const STALE_MS = 15_000;
const DIM_STEP = 10;
const MOST_DIM = 80;
const FADES = 4;
const SESSION_MS = 12 * 3_600_000;

/** @param {WallPicture} wall
 * @returns {Urgency} */
export function wallUrgency(wall) {
  const calling = wall.sos.filter((call) => !call.answered_by);
  if (calling[0]) return urgency("sos", calling.length, 0, calling.length === 1 ? (calling[0].person_name ?? "") : "");
  return graver(massOutage(wall.emergencies), ofNetwork(wall));
}

/** @param {WallPicture} wall
 * @returns {Urgency} */
function ofNetwork(wall) {
  if (wall.running_out_count) return urgency("running_out", wall.running_out_count, wall.crew_under_way_count);
  if (wall.down_count) return urgency("down", wall.down_count, wall.down_crew_count);
  if (wall.unacknowledged_critical) return urgency("critical", wall.unacknowledged_critical);
  return urgency(wall.incidents ? "open" : "calm", wall.incidents);
}

/** How many of these changes are of this kind.
 * @param {WallChange[]} changed
 * @param {string} what */
export function countChanged(changed, what) {
  return new Set(changed.filter((one) => one.what === what).map((one) => one.id)).size;
}

/** In steps, so that nothing flickers: 0 for what changed just now, up to 4 for what is about to be forgotten.
 * @param {WallChange} change
 * @param {number} minutes  for which changes are shown
 * @param {number} now epoch milliseconds */
export function fadeOf(change, minutes, now) {
  const age = (now - Date.parse(change.at)) / 60_000 / minutes;
  return Math.min(FADES, Math.max(0, Math.floor(age * (FADES + 1))));
}

/** @param {string|null} at
 * @param {number} now epoch milliseconds */
export function isOld(at, now) {
  return at === null || now - Date.parse(at) > STALE_MS;
}

/** When it ends whatever one does: the session is not prolonged any more. Null while it still is.
 * @param {string} expiresAt
 * @param {number} now epoch milliseconds
 * @returns {string|null} */
export function endOfSession(expiresAt, now) {
  return Date.parse(expiresAt) - now < SESSION_MS - 3_600_000 ? expiresAt : null;
}

/** @param {string} search as in location.search
 * @returns {{dim: number, lang: "zh"|"en"|null}} `dim` in percent, 0 for full light */
export function wallOptions(search) {
  const given = new URLSearchParams(search);
  const lang = given.get("lang");
  return { dim: clamped(Number(given.get("dim") ?? 0)), lang: lang === "zh" || lang === "en" ? lang : null };
}

/** @param {number} dim
 * @param {1|-1} by
 * @returns {number} percent */
export function dimmer(dim, by) {
  return clamped(dim + by * DIM_STEP);
}

/** @param {number} dim */
function clamped(dim) {
  return Math.min(MOST_DIM, Math.max(0, Number.isFinite(dim) ? Math.round(dim) : 0));
}
