/**
 * Stretches of the week such as `Sun 02:00-04:00`, as the API takes them, and as they are read and typed in Chinese.
 */

import { lang } from "/shared/lib/i18n.js";

const DAYS = [
  ["Mon", "周一"],
  ["Tue", "周二"],
  ["Wed", "周三"],
  ["Thu", "周四"],
  ["Fri", "周五"],
  ["Sat", "周六"],
  ["Sun", "周日"],
];

/** @param {string} weekly as the API has it
 * @returns {string} in the reader's language */
export function weekWords(weekly) {
  if (lang() !== "zh") return weekly;
  return DAYS.reduce((text, [en = "", zh = ""]) => text.replaceAll(en, zh), weekly).replaceAll(/(周.)-(周.)/g, "$1至$2");
}

/** @param {string} typed in either language
 * @returns {string} as the API takes it */
export function weekOf(typed) {
  const plain = typed.replace(/周天/g, "周日").replace(/：/g, ":").replace(/；/g, ";").replace(/[，、]/g, ",").replace(/至/g, "-");
  return DAYS.reduce((text, [en = "", zh = ""]) => text.replaceAll(zh, en), plain);
}
