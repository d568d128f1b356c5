/**
 * What a problem is called: in its own words, else by what its faults share.
 */

import { t } from "/shared/lib/i18n.js";
import { alarmType } from "./catalogue.js";

/** @typedef {import("../state/shapes_problems.js").Problem} Problem */

/** @param {Problem} problem
 * @param {any} board */
export function problemTitle({ title, shares, shared, sites }, board) {
  if (title) return title;
  const place = placeWords(sites, board);
  if (shares === "cause") return t("problem.of_cause", { cause: shared ?? "", place });
  return typeTitle(shared ?? "", sites, board);
}

/** What a problem of a type is called before somebody calls it otherwise.
 * @param {string} type
 * @param {string[]} sites
 * @param {any} board */
export function typeTitle(type, sites, board) {
  return t("problem.of_type", { type: alarmType(type), place: placeWords(sites, board) });
}

/** The site by its name, or how many.
 * @param {string[]} sites
 * @param {any} board */
export function placeWords(sites, board) {
  if (sites.length !== 1) return t("problem.sites_n", { n: sites.length });
  return siteName(sites[0], board);
}

/** @param {string} site
 * @param {any} board
 * @returns {string} */
export function siteName(site, board) {
  return board.items("site").get(site)?.name ?? site;
}
