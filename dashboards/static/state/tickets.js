/**
 * The ticket queue's decisions: its order, its groups, and which move each state allows to the response centre.
 */

import { firstDue } from "./runs_out.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../shapes.js").TicketState} TicketState */
/** @typedef {import("./runs_out.js").Due} Due */
/** @typedef {"all"|"mine"|"unassigned"|"for_me"|"held"|"to_close"} Group */
/** @typedef {{ticket: Ticket, due: Due|null, at: number, age: number}} Queued */

const ENDED = ["closed", "cancelled", "rejected"];
const WAITING = ["held", "pending", "resolved"];
const SOON_MS = 15 * 60_000;

export const GROUP_NAMES = /** @type {Group[]} */ (["all", "mine", "unassigned", "for_me", "held", "to_close"]);

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

/** Whether what a person decides by is still as it was: its state, and whose it is.
 * @param {Pick<Ticket, "state"|"assignee"|"assigned_group">} seen
 * @param {Pick<Ticket, "state"|"assignee"|"assigned_group">} now */
export function isAsSeen(seen, now) {
  return seen.state === now.state && seen.assignee === now.assignee && seen.assigned_group === now.assigned_group;
}

/** Tickets with what runs out first of each, in the order in which they are to be looked at.
 * @param {Iterable<Ticket>} tickets
 * @param {ReadonlyMap<string, import("./shapes_board.js").Clock[]>} clocks  open ones by ticket
 * @returns {Queued[]} */
export function queueOf(tickets, clocks) {
  return [...tickets]
    .map((ticket) => queued(ticket, WAITING.includes(ticket.state) ? [] : (clocks.get(ticket.id) ?? [])))
    .sort(byWhatRunsOut);
}

/** What runs out first stands first; then by priority and age. What waits on purpose comes after what does not.
 * @param {Queued} a
 * @param {Queued} b */
function byWhatRunsOut(a, b) {
  return (
    tier(a.ticket) - tier(b.ticket) ||
    a.at - b.at ||
    a.ticket.priority - b.ticket.priority ||
    a.age - b.age ||
    (a.ticket.id < b.ticket.id ? -1 : 1)
  );
}

/** Whether a ticket stands in a group of the queue.
 * @param {Pick<Queued, "ticket"|"due">} queued
 * @param {Group} group
 * @param {{name: string, mayGrant: boolean, asked: ReadonlySet<string>, now: number}} reader  `asked`: tickets for which more time is asked
 * @returns {boolean} */
export function isInGroup({ ticket, due }, group, { name, mayGrant, asked, now }) {
  switch (group) {
    case "mine":
      return ticket.assignee === name;
    case "unassigned":
      return !ticket.assignee && !ticket.assigned_group && !WAITING.includes(ticket.state);
    case "for_me":
      if (mayGrant && asked.has(ticket.id)) return true;
      if (ticket.assignee !== name) return false;
      return Boolean(ticket.resolution_proposed_at) || (due !== null && Date.parse(due.at) - now < SOON_MS);
    case "held":
      return ticket.state === "held" || ticket.state === "pending";
    case "to_close":
      return ticket.state === "resolved";
    default:
      return true;
  }
}

/** @param {Ticket} ticket */
function tier(ticket) {
  if (isEnded(ticket)) return 2;
  return WAITING.includes(ticket.state) ? 1 : 0;
}

/** With the times by which it is sorted, read once: a far but finite one when nothing runs out.
 * @param {Ticket} ticket
 * @param {import("./shapes_board.js").Clock[]} clocks
 * @returns {Queued} */
function queued(ticket, clocks) {
  const due = firstDue(ticket.site_down_at, ticket.hold_until, clocks);
  const at = due ? Date.parse(due.at) : Number.MAX_SAFE_INTEGER;
  return { ticket, due, at, age: Date.parse(ticket.opened_at) };
}
