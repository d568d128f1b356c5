/**
 * Procedures in words: what they are for, which version it is and who wrote it.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */

/** @param {string} id
 * @param {Map<string, any>} categories  as the server has them; the id where that is unknown */
export function categoryWord(id, categories) {
  return categories.get(id)?.[lang()] ?? id;
}

/** @param {Procedure} one
 * @param {Map<string, any>} categories
 * @returns {string[]} */
export function placesOf(one, categories) {
  return [...one.alarm_types.map(alarmType), ...one.categories.map((id) => categoryWord(id, categories))];
}

/** Which version it is, and by whom.
 * @param {{version: import("../state/shapes_knowledge.js").Version}} props */
export function Made({ version }) {
  if (version.shipped) return html`<span>${t("procedure.shipped")}</span>`;
  return html`<span>${t("procedure.version", { n: version.version })} · ${version.made_by} · <${Time} as="ago" at=${version.made_at} /></span>`;
}
