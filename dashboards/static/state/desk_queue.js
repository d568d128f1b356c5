/**
 * The desk's queues: what stands in each now, in the order in which it breaks, a storm of one outage folded into one line.
 */

/** @typedef {import("./shapes_desk.js").Complaint} Complaint */
/** @typedef {{lead: Complaint, under: Complaint[], count: number, vips: number, heated: number, stillOut: number}} Line
 *   `lead` stands for `count` complaints: itself, its children, and those of the same outage */

/** The queues in the order of their tabs. */
export const QUEUES = /** @type {const} */ (["mine", "call_back", "overdue", "promises", "leader", "all"]);
/** @typedef {typeof QUEUES[number]} Queue */

const FOLD_FROM = 3;
const NEVER = "9999";

/** @type {Record<Queue, (one: Complaint, me: string, now: string) => boolean>} */
const STANDS_IN = {
  mine: (one, me) => one.owner === me && one.state !== "closed",
  call_back: (one, _, now) => one.state === "restored" && !one.asked_at && isPast(one.call_back_at, now),
  overdue: (one, _, now) => one.state !== "closed" && isPast(one.due_at, now),
  promises: (one) => one.state !== "closed" && one.promise_due_at !== null,
  leader: (one) => isForLeader(one),
  all: (one) => one.state !== "closed",
};

/** @type {Record<Queue, (a: Complaint, b: Complaint) => number>} */
const ORDER = {
  mine: (a, b) => compare(breaksAt(a), breaksAt(b)),
  call_back: (a, b) => Number(b.vip) - Number(a.vip) || compare(a.restored_at ?? NEVER, b.restored_at ?? NEVER),
  overdue: (a, b) => compare(a.due_at ?? NEVER, b.due_at ?? NEVER),
  promises: (a, b) => compare(a.promise_due_at ?? NEVER, b.promise_due_at ?? NEVER),
  leader: (a, b) => compare(a.leader_at ?? NEVER, b.leader_at ?? NEVER),
  all: (a, b) => compare(b.registered_at, a.registered_at),
};

/** What is kept on the desk: what is not closed, and what was closed and then rated badly.
 * @param {Complaint} one */
export function isKept(one) {
  return one.state !== "closed" || isForLeader(one);
}

/** @param {Complaint} one */
function isForLeader(one) {
  return one.leader_at !== null && (one.state !== "closed" || one.leader_reason === "dissatisfied");
}

/** The moment that breaks first: an answer, a solution, a promise; ISO 8601, so that it can be compared.
 * @param {Complaint} one */
function breaksAt(one) {
  return [one.due_at, one.promise_due_at].filter((at) => at !== null).sort()[0] ?? NEVER;
}

/** @param {Iterable<Complaint>} all
 * @param {Queue} queue
 * @param {string} me  who looks
 * @param {number} now  epoch milliseconds
 * @returns {Complaint[]} what stands in it, first what breaks first */
export function queueOf(all, queue, me, now) {
  const at = new Date(now).toISOString();
  return [...all]
    .filter((one) => STANDS_IN[queue](one, me, at))
    .sort((a, b) => ORDER[queue](a, b) || compare(a.id, b.id));
}

/** Complaints under a parent, and three or more of one outage, become one line where the first of them stood.
 * @param {Complaint[]} complaints in their order
 * @returns {Line[]} */
export function foldLines(complaints) {
  /** @type {Map<string, number>} */
  const ofOutage = new Map();
  for (const one of complaints) if (one.incident) ofOutage.set(one.incident, (ofOutage.get(one.incident) ?? 0) + 1);
  const isStorm = (/** @type {Complaint} */ one) => (ofOutage.get(one.incident ?? "") ?? 0) >= FOLD_FROM;
  /** @type {Map<string, Complaint[]>} */
  const groups = new Map();
  for (const one of complaints) {
    const key = isStorm(one) ? `outage ${one.incident}` : (one.parent ?? one.id);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map(lineOf);
}

/** A parent leads its group, else who came first.
 * @param {Complaint[]} group
 * @returns {Line} */
function lineOf(group) {
  const first = /** @type {Complaint} */ (group[0]);
  const lead = group.find((one) => one.children > 0) ?? first;
  const under = group.filter((one) => one !== lead);
  const elsewhere = Math.max(0, lead.children - under.filter((one) => one.parent === lead.id).length);
  return {
    lead,
    under,
    count: group.length + elsewhere,
    vips: group.filter((one) => one.vip).length,
    heated: group.filter((one) => one.heat === "heated").length,
    stillOut: group.filter((one) => one.still_out_at !== null).length,
  };
}

/** Those of a folded line that can still be put under its lead.
 * @param {Line} line
 * @returns {string[]} ids */
export function toMerge({ lead, under }) {
  if (lead.parent) return [];
  return under.filter((one) => !one.parent && one.children === 0 && one.state !== "closed").map((one) => one.id);
}

/** @param {string|null} at
 * @param {string} now */
function isPast(at, now) {
  return at !== null && Date.parse(at) <= Date.parse(now);
}

/** @param {string} a
 * @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
