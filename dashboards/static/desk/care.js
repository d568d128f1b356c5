/**
 * The complaint policy on the page: categories, their questions and what may be promised, fetched once.
 */

import { useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { has, lang, t } from "/shared/lib/i18n.js";
import { sayRefusal } from "../parts/toasts.js";

/** @typedef {import("../state/shapes_desk.js").Care} Care */
/** @typedef {import("../state/shapes_desk.js").Category} Category */
/** @typedef {{categories: Category[], byId: Map<string, Category>, queues: Map<string, import("../state/shapes_desk.js").Words>, closedReasons: string[]}} CareIndex */

/** @returns {CareIndex} empty until it is there */
export function useCare() {
  const [care, setCare] = useState(indexOf({ items: [], queues: [], closed_reasons: [], dissatisfied: 0 }));
  useEffect(() => {
    get("/api/v1/complaint-categories").then((answer) => setCare(indexOf(answer)), sayRefusal);
  }, []);
  return care;
}

/** @param {Care} care
 * @returns {CareIndex} */
function indexOf(care) {
  return {
    categories: care.items,
    byId: new Map(care.items.map((one) => [one.id, one])),
    queues: new Map(care.queues.map((one) => [one.id, one])),
    closedReasons: care.closed_reasons,
  };
}

/** @param {CareIndex} care
 * @param {string} id */
export function categoryName(care, id) {
  return care.byId.get(id)?.[lang()] ?? id;
}

/** @param {CareIndex} care
 * @param {string} id */
export function queueName(care, id) {
  return care.queues.get(id)?.[lang()] ?? id;
}

const HOUR = 60;

/** What is granted is counted in: a currency by its everyday word.
 * @param {string} unit */
export function unitWord(unit) {
  return has(`unit.${unit}`) ? t(`unit.${unit}`) : unit;
}

/** A term of policy as it is said: whole hours as hours.
 * @param {number} minutes */
export function term(minutes) {
  return minutes % HOUR ? t("minutes_n", { n: minutes }) : t("hours_n", { n: minutes / HOUR });
}
