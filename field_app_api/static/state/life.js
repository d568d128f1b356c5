/** The life of a work order as the technician moves it (dispatch/states.py), and whose turn comes first. Pure. */

/** @typedef {import("../types.js").Order} Order */
/** @typedef {import("../types.js").Stop} Stop */

/** The next step from each state, and the way out beside it. @type {Record<string, [string, string]>} */
const STEPS = {
  offered: ["accepted", "declined"],
  accepted: ["en_route", "failed"],
  en_route: ["on_site", "failed"],
  on_site: ["done", "failed"],
};
const ENDS = ["done", "failed", "declined"];
const UNDER_WAY = ["on_site", "en_route", "accepted", "offered"];

/** Steps that ask for words first. */
export const NEEDS_WORDS = ["done", "declined", "failed"];

/**
 * @param {Order} order
 * @returns {{next: string, out: string} | null} null when there is nothing left to do
 */
export function stepsOf(order) {
  if (order.ended_at || !(order.state in STEPS)) return null;
  const [next, out] = STEPS[order.state];
  return { next: order.asked_to_return_at && order.state === "en_route" ? "done" : next, out };
}

/** @param {Order} order @param {string} to */
export function mayBecome(order, to) {
  const steps = stepsOf(order);
  return steps !== null && (to === steps.next || to === steps.out || to === STEPS[order.state][0]);
}

/**
 * The order that has to be finished before this one can be set off for: nobody is in two places.
 * @template {Order} T
 * @param {T[]} orders
 * @param {Order} order
 */
export function inTheWay(orders, order) {
  if (order.state !== "accepted") return undefined;
  return orders.find((other) => other.id !== order.id && !other.ended_at && ["en_route", "on_site"].includes(other.state));
}

/** @param {string} state */
export function isEnd(state) {
  return ENDS.includes(state);
}

/**
 * What is under way comes first, then as planned, then what is most urgent.
 * @template {Order} T
 * @param {T[]} orders
 * @param {Stop[]} plan
 * @returns {T[]}
 */
export function byTurn(orders, plan) {
  const arrivals = new Map(plan.filter((stop) => stop.order).map((stop) => [stop.order, stop.arrive]));
  /** @param {Order} order */
  const arrival = (order) => arrivals.get(order.id) ?? order.planned_arrival_at;
  return [...orders].sort(
    (one, other) =>
      Math.min(turn(one), 2) - Math.min(turn(other), 2) ||
      arrival(one).localeCompare(arrival(other)) ||
      one.priority - other.priority,
  );
}

/** Whoever is on site or on the way finishes that; what is accepted or offered goes by time. @param {Order} order */
function turn(order) {
  return UNDER_WAY.indexOf(order.state);
}
