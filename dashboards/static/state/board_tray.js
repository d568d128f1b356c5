/**
 * What waits for hands, in the order in which it runs out.
 */

import { firstDue } from "./runs_out.js";

/** @typedef {import("../shapes.js").Need} Need */
/** @typedef {import("../shapes.js").WaitingNeed} WaitingNeed */
/** @typedef {{need: Need, waiting: WaitingNeed|undefined, due: import("./runs_out.js").Due|null, at: number, age: number}} Waiting */

/** Open needs that no order holds; what runs out first stands first, then by priority and age.
 * @param {Iterable<Need>} needs
 * @param {Iterable<import("../shapes.js").WorkOrder>} orders
 * @param {ReadonlyMap<string, WaitingNeed>} reasons
 * @param {ReadonlyMap<string, import("./shapes_board.js").Clock[]>} clocks  by need
 * @param {ReadonlyMap<string, import("../shapes.js").Ticket>} tickets  open ones: what is held or over wants nobody now
 * @returns {Waiting[]} */
export function tray(needs, orders, reasons, clocks, tickets) {
  const held = new Set([...orders].filter((order) => !isCall(order)).flatMap((order) => order.needs));
  return [...needs]
    .filter((need) => need.state === "open" && !held.has(need.id) && isServed(tickets.get(need.ticket)))
    .map((need) => waitingOf(need, reasons.get(need.id), clocks.get(need.id) ?? []))
    .sort(
      (a, b) =>
        a.at - b.at ||
        a.need.priority - b.need.priority ||
        a.age - b.age ||
        (a.need.id < b.need.id ? -1 : 1),
    );
}

const SERVED = ["acknowledged", "in_progress"];

/** Whether somebody is sent for a ticket; one that is not known here is no reason to hide its needs.
 * @param {import("../shapes.js").Ticket|undefined} ticket */
function isServed(ticket) {
  return !ticket || SERVED.includes(ticket.state);
}

/** One of several offers, to whoever accepts first: it holds nothing yet.
 * @param {import("../shapes.js").WorkOrder} order */
export function isCall(order) {
  return Boolean(order.called) && order.state === "offered";
}

/** With the times by which it is sorted, read once.
 * @param {Need} need
 * @param {WaitingNeed|undefined} waiting
 * @param {import("./shapes_board.js").Clock[]} clocks
 * @returns {Waiting} */
function waitingOf(need, waiting, clocks) {
  const due = firstDue(need.site_down_at, null, clocks.filter((clock) => clock.kind !== "accept"));
  const at = due ? Date.parse(due.at) : Number.MAX_SAFE_INTEGER;
  return { need, waiting, due, at, age: Date.parse(need.opened_at) };
}
