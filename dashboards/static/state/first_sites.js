/**
 * The sites that a form suggests: the first few, because no list of a hundred thousand helps whoever types.
 */

const SUGGESTED = 500;

/** @param {{items: (name: "site") => Map<string, import("../shapes.js").Site>}} board
 * @returns {import("../shapes.js").Site[]} */
export function firstSites(board) {
  /** @type {import("../shapes.js").Site[]} */
  const sites = [];
  for (const site of board.items("site").values()) if (sites.push(site) === SUGGESTED) break;
  return sites;
}
