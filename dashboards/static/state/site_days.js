/**
 * The days of a site's history, as its own zone has them.
 */

import { full } from "/shared/lib/time.js";

const DAY_MS = 86_400_000;

/** @param {number} now epoch milliseconds
 * @param {number} count  days before today
 * @param {string} zone
 * @returns {string[]} as in YYYY-MM-DD, today's the last */
export function lastDays(now, count, zone) {
  const days = Array.from({ length: count + 1 }, (_, n) => full(new Date(now - (count - n) * DAY_MS).toISOString(), zone).slice(0, 10));
  return [...new Set(days)]; // where clocks are put back, one day is longer
}
