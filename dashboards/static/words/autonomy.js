/**
 * How long a battery lasts, in words that one can take in: minutes below an hour, else hours to a tenth.
 */

import { t } from "/shared/lib/i18n.js";

/** @param {number} hours
 * @returns {string} */
export function autonomyWords(hours) {
  return hours < 1 ? t("minutes_n", { n: Math.round(hours * 60) }) : t("hours_n", { n: Math.round(hours * 10) / 10 });
}
