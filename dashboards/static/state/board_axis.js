/**
 * The stretch of time that the dispatch board shows: it goes on with the clock until somebody moves it.
 */

/** @typedef {import("./time_axis.js").Stretch} Stretch */
/** @typedef {{hours: number, ahead: number}} Look  how long it is, and by how many hours it was moved */

const HOUR = 3_600_000;
const BEFORE = 0.18;
const LONGEST = 48;
const SHORTEST = 3;
const STEP = 15 * 60_000;

export const START = /** @type {Look} */ ({ hours: 9, ahead: 0 });

/** In steps of a quarter of an hour, so that the board is not drawn anew each second.
 * @param {Look} look
 * @param {number} now
 * @returns {Stretch} */
export function stretchOf({ hours, ahead }, now) {
  const at = Math.floor(now / STEP) * STEP;
  const from = at - hours * BEFORE * HOUR + ahead * HOUR;
  return { from, to: from + hours * HOUR };
}

/** @param {Look} look
 * @param {number} by  above 1 shows more
 * @returns {Look} */
export function stretched(look, by) {
  return { ...look, hours: Math.min(LONGEST, Math.max(SHORTEST, look.hours * by)) };
}

/** @param {Look} look
 * @param {number} by  -1 for earlier, 1 for later
 * @returns {Look} */
export function moved(look, by) {
  return { ...look, ahead: look.ahead + (by * look.hours) / 4 };
}
