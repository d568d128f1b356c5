/**
 * Who is doing what: open orders in the order of their urgency, technicians with the order they hold.
 */

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../shapes.js").Need} Need */

const STEP = { offered: 0, accepted: 1, en_route: 2, on_site: 3 };

/** By priority, then what has come least far, then the older offer.
 * @param {WorkOrder} a
 * @param {WorkOrder} b */
export function byPriority(a, b) {
  return a.priority - b.priority || stepOf(a) - stepOf(b) || (a.offered_at < b.offered_at ? -1 : 1);
}

/** @param {WorkOrder} order */
function stepOf(order) {
  return STEP[/** @type {keyof typeof STEP} */ (order.state)] ?? 9;
}

/** Technicians with the open order that each holds; those who hold one first, then by name.
 * @param {Iterable<Technician>} technicians
 * @param {Iterable<WorkOrder>} orders
 * @returns {{technician: Technician, order: WorkOrder|null}[]} */
export function crews(technicians, orders) {
  const held = new Map([...orders].map((order) => [order.technician, order]));
  return [...technicians]
    .filter((technician) => technician.role === "technician")
    .map((technician) => ({ technician, order: held.get(technician.id) ?? null }))
    .sort((a, b) => Number(!a.order) - Number(!b.order) || (a.technician.name < b.technician.name ? -1 : 1));
}

/** Open needs that nobody holds, the most urgent first.
 * @param {Iterable<Need>} needs
 * @param {Iterable<WorkOrder>} orders
 * @returns {Need[]} */
export function unheld(needs, orders) {
  const held = new Set([...orders].flatMap((order) => order.needs));
  return [...needs]
    .filter((need) => !held.has(need.id))
    .sort(
      (a, b) =>
        a.priority - b.priority ||
        (a.site_down_at ?? "9").localeCompare(b.site_down_at ?? "9") ||
        (a.opened_at < b.opened_at ? -1 : 1),
    );
}
