/**
 * What people did about an incident, as lanes of moments: its tickets, and the work orders beside them.
 */

import { lane } from "./lane.js";

/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {import("./lane.js").Story} Story */

const ORDERS_APART = 6;

/** @param {Story} story
 * @returns {Lane[]} */
export function lanesOfPeople({ tickets, orders, moments }) {
  const ticketLanes = tickets.map((ticket) => ({
    ...lane(`ticket/${ticket.id}`, /** @type {const} */ ("ticket"), ticket.id),
    moments: momentsOf("ticket", [ticket.id], moments),
  }));
  const ordered = [...orders].sort((a, b) => (a.offered_at < b.offered_at ? -1 : 1));
  const groups = ordered.length > ORDERS_APART ? [ordered] : ordered.map((order) => [order]);
  const orderLanes = groups.map((group) => ({
    ...lane(`order/${group[0]?.id}`, /** @type {const} */ ("order"), nameOf(group)),
    ...placeOf(group),
    moments: momentsOf("work_order", group.map((order) => order.id), moments),
  }));
  return [...ticketLanes, ...orderLanes];
}

/** The technician of one order; nothing for many.
 * @param {import("../shapes.js").WorkOrder[]} orders */
function nameOf(orders) {
  const [only] = orders;
  return only && orders.length === 1 ? (only.technician_name ?? only.technician) : "";
}

/** @param {import("../shapes.js").WorkOrder[]} orders */
function placeOf(orders) {
  const [only] = orders;
  return only && orders.length === 1 ? { site: only.site, place: only.site_name ?? only.site } : {};
}

/** @param {string} object
 * @param {string[]} ids
 * @param {import("./story.js").Moment[]} moments
 * @returns {import("./lane.js").Moment[]} */
function momentsOf(object, ids, moments) {
  return moments
    .filter((one) => one.object === object && ids.includes(one.id) && one.kind !== "order")
    .map(({ at, kind, id, actor }) => ({ at: Date.parse(at), kind, id, actor }));
}
