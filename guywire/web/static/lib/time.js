/**
 * Times as people read them: relative while under an hour, then the clock in the site's own zone.
 *
 *   relative(iso, zone)    "now", "12 min", "in 12 min", later "14:05", on another day "11-20 14:05"
 *   clock(iso, zone)       "14:05" (with the day when it is not today there)
 *   full(iso, zone)        "2026-11-21 14:05:09 Asia/Shanghai", for the title
 *   duration(seconds)      "4 d 18 h", "1 h 05 min", "4 min", "38 s"; counts live without changing its width class
 *   since(iso)             seconds from then until now; negative when it lies ahead
 *   now()                  milliseconds by the server's clock (setServerTime is called by live.js)
 *   onTick(callback)       once a second, all in step; returns what stops it
 *   startBeat()            toggles <html data-beat="on|off"> at 1 Hz for .beat
 */

import { lang, tag } from "/shared/lib/i18n.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
let offset = 0;
/** @type {Set<(now: number) => void>} */
const tickers = new Set();
let timer = 0;
let beating = false;
/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} iso what the server's clock says now */
export function setServerTime(iso) {
  offset = Date.parse(iso) - Date.now();
}

export function now() {
  return Date.now() + offset;
}

/** @param {string} iso */
export function since(iso) {
  return (now() - Date.parse(iso)) / 1000;
}

/**
 * @param {string | null | undefined} iso
 * @param {string | null} [zone] an IANA name; the viewer's own when there is none
 * @returns {string} empty when there is no time
 */
export function relative(iso, zone) {
  if (!iso) return "";
  const seconds = since(iso);
  if (Math.abs(seconds) >= HOUR) return clock(iso, zone);
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (!minutes) return lang() === "zh" ? (seconds < 0 ? "即将" : "刚刚") : "now";
  if (lang() === "zh") return seconds < 0 ? `${minutes} 分钟后` : `${minutes} 分钟`;
  return seconds < 0 ? `in ${minutes} min` : `${minutes} min`;
}

/**
 * @param {string | null | undefined} iso
 * @param {string | null} [zone]
 * @returns {string}
 */
export function clock(iso, zone) {
  if (!iso) return "";
  const then = parts(new Date(iso), zone);
  const today = parts(new Date(now()), zone);
  const time = `${then.hour}:${then.minute}`;
  return sameDay(then, today) ? time : `${then.month}-${then.day} ${time}`;
}

/**
 * @param {string | null | undefined} iso
 * @param {string | null} [zone]
 * @returns {string}
 */
export function full(iso, zone) {
  if (!iso) return "";
  const p = parts(new Date(iso), zone);
  const where = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second} ${where}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [d, h, min, s] = lang() === "zh" ? [" 天 ", " 小时", " 分钟", " 秒"] : [" d ", " h", " min", " s"];
  if (whole < 60) return `${whole}${s}`;
  if (whole < HOUR) return `${Math.floor(whole / 60)}${min}`;
  if (whole >= 2 * DAY) return `${Math.floor(whole / DAY)}${d}${Math.floor((whole % DAY) / HOUR)}${h}`;
  return `${Math.floor(whole / HOUR)}${h} ${String(Math.floor((whole % HOUR) / 60)).padStart(2, "0")}${min}`;
}

/**
 * @param {(now: number) => void} callback
 * @returns {() => void} stops it
 */
export function onTick(callback) {
  tickers.add(callback);
  if (!timer) schedule();
  return () => tickers.delete(callback);
}

/** Unacknowledged critical blinks in step: one attribute for the whole page, on and off half a second each. */
export function startBeat() {
  if (beating) return;
  beating = true;
  setInterval(() => {
    document.documentElement.dataset.beat = Date.now() % 1000 < 500 ? "on" : "off";
  }, 500);
}

function schedule() {
  timer = window.setTimeout(() => {
    timer = 0;
    tickers.forEach((callback) => callback(now()));
    if (tickers.size) schedule();
  }, 1000 - (Date.now() % 1000));
}

/**
 * @param {Date} date
 * @param {string | null | undefined} zone
 * @returns {Record<string, string>}
 */
function parts(date, zone) {
  return Object.fromEntries(formatOf(zone ?? "").formatToParts(date).map((part) => [part.type, part.value]));
}

/** @param {string} zone */
function formatOf(zone) {
  let format = formats.get(zone);
  if (!format) {
    format = makeFormat(zone);
    formats.set(zone, format);
  }
  return format;
}

/** @param {string} zone */
function makeFormat(zone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat(tag(), zone ? { ...options, timeZone: zone } : options);
  } catch {
    return new Intl.DateTimeFormat(tag(), options); // a zone that this browser does not know
  }
}

/**
 * @param {Record<string, string>} a
 * @param {Record<string, string>} b
 */
function sameDay(a, b) {
  return a.year === b.year && a.month === b.month && a.day === b.day;
}
