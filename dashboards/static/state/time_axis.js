/**
 * A stretch of time on a line: where its ticks stand in a zone, and how it is moved and stretched.
 */

import { clock, full } from "/shared/lib/time.js";

/** @typedef {{from: number, to: number}} Stretch  epoch milliseconds */

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const STEPS = [
  ...[5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((n) => n * MINUTE),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];
const LEAD = 12;
const SHORTEST = 20 * SECOND;

/** Round moments of the zone.
 * @param {Stretch} stretch
 * @param {number} most
 * @param {string|null} zone
 * @returns {{at: number, label: string}[]} */
export function ticks({ from, to }, most, zone) {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? to - from;
  const offset = zoneOffset(from, zone);
  const first = Math.ceil((from + offset) / step) * step - offset;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, n) => first + n * step).map((at) => ({ at, label: label(at, step, zone) }));
}

/** @param {Stretch} stretch
 * @param {number} width in pixels
 * @returns {(at: number) => number} pixels from the left, where what leads to the first beginning has its room */
export function scaleOf({ from, to }, width) {
  return (at) => LEAD + ((at - from) / (to - from)) * (width - LEAD);
}

/** Stretched about a moment, or its middle; never shorter than a person can read.
 * @param {Stretch} stretch
 * @param {number} by below 1 to see less of it
 * @returns {Stretch} */
export function zoomed({ from, to }, by) {
  const half = Math.max(SHORTEST, (to - from) * by) / 2;
  const middle = (from + to) / 2;
  return { from: middle - half, to: middle + half };
}

/** @param {Stretch} stretch
 * @param {number} share of its length, to the future when positive
 * @returns {Stretch} */
export function shifted({ from, to }, share) {
  const by = (to - from) * share;
  return { from: from + by, to: to + by };
}

/** @param {number} at
 * @param {number} step
 * @param {string|null} zone */
function label(at, step, zone) {
  const iso = new Date(at).toISOString();
  if (step < MINUTE) return full(iso, zone).slice(11, 19);
  return step < DAY ? clock(iso, zone) : full(iso, zone).slice(5, 10);
}

/** How far the zone's clock is before UTC, in milliseconds.
 * @param {number} at
 * @param {string|null} zone */
function zoneOffset(at, zone) {
  const whole = Math.floor(at / SECOND) * SECOND;
  const there = full(new Date(whole).toISOString(), zone).slice(0, 19);
  return Date.parse(`${there.replace(" ", "T")}Z`) - whole;
}
