/**
 * The ticket queue's decisions: its order, and which move each state allows to the response centre.
 */

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../shapes.js").TicketState} TicketState */

const ENDED = ["closed", "cancelled", "rejected"];
const WAITING = ["held", "pending", "resolved"];

/** @type {Record<string, TicketState[]>} */
const MOVES = {
  acknowledged: ["in_progress", "held", "resolved", "rejected", "cancelled"],
  in_progress: ["held", "resolved", "cancelled"],
  pending: ["in_progress", "held", "resolved", "cancelled"],
  held: ["in_progress", "resolved", "cancelled"],
  resolved: ["closed", "in_progress"],
};

/** @param {Ticket} ticket
 * @returns {TicketState[]} */
export function movesFrom(ticket) {
  return MOVES[ticket.state] ?? [];
}

/** @param {Ticket} ticket */
export function isEnded(ticket) {
  return ENDED.includes(ticket.state);
}

/** What runs out first stands first; then by priority and age. What waits on purpose comes after what does not.
 * @param {Ticket} a
 * @param {Ticket} b */
export function byWhatRunsOut(a, b) {
  return tier(a) - tier(b) || downAt(a) - downAt(b) || a.priority - b.priority || ageThenId(a, b);
}

/** @param {Ticket} ticket */
function tier(ticket) {
  if (isEnded(ticket)) return 2;
  return WAITING.includes(ticket.state) ? 1 : 0;
}

/** A far but finite time when nothing runs out, so that two of them compare as equal.
 * @param {Ticket} ticket */
function downAt(ticket) {
  return ticket.site_down_at ? Date.parse(ticket.site_down_at) : Number.MAX_SAFE_INTEGER;
}

/** @param {Ticket} a
 * @param {Ticket} b */
function ageThenId(a, b) {
  return Date.parse(a.opened_at) - Date.parse(b.opened_at) || (a.id < b.id ? -1 : 1);
}
