/** What becomes of an item after the server's answer to it: sent, to be tried again, or set aside. Pure. */

/** @typedef {import("../types.js").Item} Item */

/** A server that breaks on one item this often will break on it again: the rest must not wait behind it. */
const MOST_BREAKS = 5;
const BREAKS = 500;
const PASSING = [0, 401, 408, 425, 429];

/**
 * @param {{status: number, reason: string}} error
 * @param {number} tries how often the server broke on it before
 * @returns {"later" | "broke" | "aside"}
 */
export function verdictOn(error, tries) {
  if (PASSING.includes(error.status) || error.reason.startsWith("csrf_")) return "later";
  if (error.status === BREAKS) return tries + 1 < MOST_BREAKS ? "broke" : "aside";
  return error.status > BREAKS ? "later" : "aside";
}

/**
 * Which waits next: what is urgent, then in the order of doing.
 * @param {Item[]} items in the order of doing
 */
export function nextItem(items) {
  const waiting = items.filter((item) => item.state === "waiting");
  return waiting.find((item) => item.urgent) ?? waiting[0];
}

/**
 * The later items that make no sense without this one.
 * @param {Item[]} items
 * @param {Item} item
 */
export function dependants(items, item) {
  if (!item.chain) return [];
  return items.filter((later) => later.state === "waiting" && later.seq > item.seq && later.chain === item.chain);
}
