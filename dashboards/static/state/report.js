/**
 * Reports without a screen: which period a word means, how a value is written, rows in order, a trend as a line.
 */

import { lang, t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";

/** @typedef {import("./shapes_report.js").Column} Column */
/** @typedef {import("./shapes_report.js").Item} Item */

const DAY_MS = 86_400_000;
export const PERIODS = ["7d", "30d", "month", "last_month"];
const NAMED_MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const FINE = 99;
/** So much of a limit a trend shows at the least: what is above it is seen to be above. */
const ROOM = 1.1;

/** When a period begins and ends, by the viewer's own calendar.
 * @param {string} name of PERIODS, or a month such as 2026-11; anything else is the last thirty days
 * @param {number} now
 * @returns {{from: string, until: string}} */
export function periodOf(name, now) {
  const [year, month] = [new Date(now).getFullYear(), new Date(now).getMonth()];
  const named = NAMED_MONTH.exec(name);
  if (named) return monthOf(Number(named[1]), Number(named[2]) - 1);
  if (name === "month") return { ...monthOf(year, month), until: new Date(now).toISOString() };
  if (name === "last_month") return monthOf(year, month - 1);
  const days = name === "7d" ? 7 : 30;
  return { from: new Date(now - days * DAY_MS).toISOString(), until: new Date(now).toISOString() };
}

/** @param {number} year
 * @param {number} month from 0; one before the first is the year before's */
function monthOf(year, month) {
  return { from: new Date(year, month, 1).toISOString(), until: new Date(year, month + 1, 1).toISOString() };
}

/** The month before this one, which is what a monthly report is about: 2026-10.
 * @param {number} now */
export function lastMonth(now) {
  const then = new Date(new Date(now).getFullYear(), new Date(now).getMonth() - 1, 1);
  return `${then.getFullYear()}-${String(then.getMonth() + 1).padStart(2, "0")}`;
}

/** A report's own figure as people write it. Where nothing was counted that is said: it is neither none nor all.
 * @param {any} value
 * @param {string} kind */
export function figureWords(value, kind) {
  return value === null || value === undefined ? t("report.no_data") : valueWords(value, kind);
}

/** A value as people write it; an en dash for what nothing was counted for.
 * @param {any} value
 * @param {string} kind */
export function valueWords(value, kind) {
  if (value === null || value === undefined || value === "") return "–";
  if (kind === "minutes") return value < 1 && value > 0 ? t("report.under_a_minute") : duration(value * 60);
  if (kind === "percent") return `${value >= FINE ? number(Math.floor(value * 1000) / 1000, 3) : number(value, 1)} %`; // never rounded up to all
  if (kind === "volts") return `${number(value, 1)} V`;
  if (kind === "number") return number(value, 2);
  if (kind === "count") return number(value, 0);
  if (kind === "yes_no") return t(value ? "report.yes" : "report.no");
  return String(value);
}

/** @param {number} value
 * @param {number} digits at most */
function number(value, digits) {
  return new Intl.NumberFormat(lang() === "zh" ? "zh-CN" : "en", { maximumFractionDigits: digits }).format(value);
}

/** Rows by one column; what has no value stands last, whichever way round.
 * @param {Item[]} items
 * @param {string} column
 * @param {boolean} descending
 * @returns {Item[]} */
export function sortedBy(items, column, descending) {
  const way = descending ? -1 : 1;
  const empty = (/** @type {Item} */ item) => item[column] === null || item[column] === undefined;
  return [...items].sort((one, other) => {
    if (empty(one) || empty(other)) return Number(empty(one)) - Number(empty(other));
    const [a, b] = [one[column], other[column]];
    const order = typeof a === "string" ? a.localeCompare(b, lang()) : Number(a) - Number(b);
    return order * way || one.id.localeCompare(other.id);
  });
}

/** A trend as lines of an SVG: x from 0 to 100 over the times, y from 0 (top) to 100; a gap ends a line. With limits it
 * begins at nothing and reaches them: `limits` says where each is.
 * @param {(number|null)[]} values
 * @param {number[]} [limits]
 * @returns {{lines: string[], dots: {x: number, y: number}[], limits: number[], low: number, high: number}} */
export function trendLines(values, limits = []) {
  const known = [...values.filter((value) => value !== null), ...(limits.length ? [0, ...limits.map((one) => one * ROOM)] : [])];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (/** @type {number} */ at) => (values.length > 1 ? (100 * at) / (values.length - 1) : 50);
  const y = (/** @type {number} */ value) => (high > low ? 100 - (100 * (value - low)) / (high - low) : 50);
  /** @type {{x: number, y: number}[][]} */
  const runs = [[]];
  values.forEach((value, at) => {
    if (value === null) runs.push([]);
    else runs[runs.length - 1].push({ x: round(x(at)), y: round(y(value)) });
  });
  const lines = runs.filter((run) => run.length > 1).map((run) => run.map((dot) => `${dot.x},${dot.y}`).join(" "));
  return { lines, dots: runs.filter((run) => run.length === 1).flat(), limits: limits.map((one) => round(y(one))), low, high };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
