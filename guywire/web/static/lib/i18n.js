/**
 * The words of a face in Chinese and English.
 *
 *   register({zh: {"alarm.ack": "确认"}, en: {"alarm.ack": "Acknowledge", "sites": {one: "{n} site", other: "{n} sites"}}});
 *   t("alarm.ack"); t("sites", {n: 3});   // plural by n; a missing key shows as itself
 *   lang(); setLang("zh"); isChosen(); const stop = onLang(() => rerender());
 *
 * The choice is kept in localStorage, else the browser's language decides; <html lang> follows.
 */

/** @typedef {"zh" | "en"} Lang */
/** @typedef {string | {one: string, other: string}} Text */
/** @typedef {Record<string, Text>} Dictionary */

const KEY = "guywire.lang";
const SEAM = /^(?:[\u3400-\u4dbf\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%‰℃°Ω][\u3400-\u4dbf\u4e00-\u9fff])$/;
/** @type {Record<Lang, Dictionary>} */
const words = { zh: {}, en: {} };
/** @type {Set<(lang: Lang) => void>} */
const listeners = new Set();
/** @type {Lang} */
let current = stored() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
document.documentElement.lang = tag();

/** @returns {Lang} */
export function lang() {
  return current;
}

/** The BCP 47 tag for Intl and <html lang>. */
export function tag() {
  return current === "zh" ? "zh-CN" : "en";
}

/** Whether somebody chose it in this browser, now or before. */
export function isChosen() {
  return stored() !== null;
}

/** @param {Lang} next */
export function setLang(next) {
  current = next;
  document.documentElement.lang = tag();
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
  listeners.forEach((listener) => listener(next));
}

/**
 * @param {(lang: Lang) => void} listener
 * @returns {() => void} stops it
 */
export function onLang(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {{zh: Dictionary, en: Dictionary}} dictionaries */
export function register(dictionaries) {
  Object.assign(words.zh, dictionaries.zh);
  Object.assign(words.en, dictionaries.en);
}

/** @param {string} key */
export function has(key) {
  return key in words[current];
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] fill `{name}`; `n` chooses the plural. Between Chinese and a figure or a
 *   letter a space is set where the words have none: a name may be either
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = words[current][key] ?? words.en[key] ?? key;
  const form = typeof text === "string" ? text : text[plural(Number(values.n))];
  const pieces = form.split(/(\{\w+\})/).map((piece) => piece.replace(/^\{(\w+)\}$/, (whole, name) => String(values[name] ?? whole)));
  return pieces.reduce((text, piece) => text + (SEAM.test(text.slice(-1) + piece.slice(0, 1)) ? " " : "") + piece, "");
}

/** @param {number} n @returns {"one" | "other"} */
function plural(n) {
  return new Intl.PluralRules(tag()).select(n) === "one" ? "one" : "other";
}

/** @returns {Lang | null} */
function stored() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "zh" || value === "en" ? value : null;
  } catch {
    return null;
  }
}
