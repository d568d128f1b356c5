/**
 * Who may be in danger: open calls for help, and those who work alone and did not say in time that all is well.
 */

/** @typedef {import("./shapes_shift.js").Sos} Sos */
/** @typedef {import("./shapes_shift.js").Watch} Watch */

/** What nobody has in hand first, then the older one.
 * @param {Iterable<Sos>} calls
 * @returns {Sos[]} */
export function openCalls(calls) {
  return [...calls]
    .filter((call) => !call.ended_at)
    .sort((a, b) => Number(Boolean(a.answered_at)) - Number(Boolean(b.answered_at)) || (a.since < b.since ? -1 : 1));
}

/** Watches whose time is up, without those whose people call for help already.
 * @param {Iterable<Watch>} watches
 * @param {Sos[]} calls
 * @param {number} now epoch milliseconds
 * @returns {Watch[]} the longest overdue first */
export function overdueWatches(watches, calls, now) {
  const calling = new Set(calls.map((call) => call.person));
  return [...watches]
    .filter((watch) => Date.parse(watch.until) <= now && !calling.has(watch.id))
    .sort((a, b) => (a.until < b.until ? -1 : 1));
}

/** Whether it must be heard: nobody has said so far that it is in hand.
 * @param {Sos[]} calls */
export function isUnanswered(calls) {
  return calls.some((call) => !call.answered_at);
}
