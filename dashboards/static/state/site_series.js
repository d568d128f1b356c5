/**
 * A series of readings as a chart draws it: gaps as gaps, an axis that holds the limits, and which series comes first.
 */

import { full } from "/shared/lib/time.js";

/** @typedef {import("./shapes_site.js").Series} Series */
/** @typedef {import("./shapes_site.js").Reading} Reading */
/** @typedef {{at: number[], low: (number|null)[], mean: (number|null)[], high: (number|null)[]}} Columns */

/** Without a reading for so many usual distances there was none. */
const GAP = 2.5;
const SEVERAL_DAYS = 2 * 86_400;
const FIRST = ["dc-output-voltage", "battery-voltage", "battery-charge", "mains-voltage", "temperature"];

/** Columns with a hole wherever nothing was heard for longer than usual.
 * @param {Pick<Series, "points"|"step_seconds">} series
 * @returns {Columns} */
export function withGaps({ points, step_seconds }) {
  const usual = Math.max(step_seconds, median(points.slice(1).map(([at], n) => at - points[n][0])));
  /** @type {Columns} */
  const columns = { at: [], low: [], mean: [], high: [] };
  points.forEach(([at, low, mean, high], n) => {
    const before = points[n - 1]?.[0];
    if (before !== undefined && at - before > GAP * usual) push(columns, before + usual, null, null, null);
    push(columns, at, low, mean, high);
  });
  return columns;
}

/** @param {Columns} columns
 * @param {number} at
 * @param {number|null} low
 * @param {number|null} mean
 * @param {number|null} high */
function push(columns, at, low, mean, high) {
  columns.at.push(at);
  columns.low.push(low);
  columns.mean.push(mean);
  columns.high.push(high);
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** What the y axis holds: all that was measured, and the limits, with a little air.
 * @param {Columns} columns
 * @param {number[]} limits
 * @returns {[number, number]} */
export function spanOf({ low, high }, limits) {
  const all = [...low, ...high, ...limits].filter((value) => value !== null);
  if (!all.length) return [0, 1];
  const [least, greatest] = all.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const air = (greatest - least) * 0.08 || Math.max(Math.abs(greatest) * 0.02, 0.5);
  return [least - air, greatest + air];
}

/** What stands under a time axis, by the site's clock: times within a day, days over several.
 * @param {number[]} marks epoch seconds
 * @param {number} span seconds
 * @param {string} zone
 * @returns {string[]} */
export function axisWords(marks, span, zone) {
  return marks.map((mark) => {
    const there = full(new Date(mark * 1000).toISOString(), zone);
    const [day, time] = [there.slice(5, 10), there.slice(11, 16)];
    return span > SEVERAL_DAYS || time === "00:00" ? day : time;
  });
}

/** Readings of which a line can be drawn, what is asked for most first.
 * @param {Reading[]} readings
 * @returns {Reading[]} */
export function chartable(readings) {
  const place = (/** @type {Reading} */ { metric }) => (FIRST.includes(metric) ? FIRST.indexOf(metric) : FIRST.length);
  return readings
    .filter(({ unit, value }) => unit !== "" && value !== null)
    .sort((a, b) => place(a) - place(b) || a.id.localeCompare(b.id));
}

/** @param {Columns} columns
 * @returns {{low: number, high: number, last: number}|null} over all of it; null where nothing was measured */
export function extremes({ low, mean, high }) {
  const known = mean.filter((value) => value !== null);
  if (!known.length) return null;
  return {
    low: Math.min(...low.filter((value) => value !== null)),
    high: Math.max(...high.filter((value) => value !== null)),
    last: known[known.length - 1],
  };
}
