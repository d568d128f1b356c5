/**
 * What is overdue in a shift, counted in the order in which a leader looks at it.
 */

/** @typedef {import("./shapes_shift.js").Overdue} Overdue */

const LISTS = /** @type {const} */ (["extensions", "clocks", "climbs", "complaints", "unacknowledged"]);

/** @param {Overdue} overdue
 * @returns {{name: string, n: number}[]} those of which there are any */
export function overdueCounts(overdue) {
  const unsigned = { name: "handover", n: overdue.handover ? 1 : 0 };
  const lists = LISTS.map((name) => ({ name, n: overdue[name].length }));
  return [unsigned, ...lists].filter(({ n }) => n);
}
