/**
 * What runs out first: a battery, a clock of the contract, or the time for which a ticket is held.
 */

/** @typedef {import("./shapes_board.js").Clock} Clock */
/** @typedef {{kind: "battery"|"hold"|Clock["kind"], at: string, paused: boolean}} Due */

/** @param {string|null|undefined} downAt  when the first site runs out
 * @param {string|null|undefined} holdUntil
 * @param {Clock[]} clocks  those that have not stopped
 * @returns {Due|null} */
export function firstDue(downAt, holdUntil, clocks) {
  /** @type {Due[]} */
  const all = clocks.flatMap(({ kind, due_at, state }) =>
    due_at ? [{ kind, at: due_at, paused: state === "paused" }] : [],
  );
  if (downAt) all.push({ kind: "battery", at: downAt, paused: false });
  if (holdUntil) all.push({ kind: "hold", at: holdUntil, paused: false });
  return all.reduce((/** @type {Due|null} */ first, one) => (!first || isBefore(one, first) ? one : first), null);
}

/** What is paused does not press before what is not.
 * @param {Due} one
 * @param {Due} other */
function isBefore(one, other) {
  if (one.paused !== other.paused) return other.paused;
  return Date.parse(one.at) < Date.parse(other.at);
}

/** @param {Iterable<Clock>} clocks
 * @param {"ticket"|"need"} of
 * @returns {Map<string, Clock[]>} those that have not stopped, by ticket or need */
export function clocksBy(clocks, of) {
  /** @type {Map<string, Clock[]>} */
  const found = new Map();
  for (const clock of clocks) {
    const key = clock[of];
    if (!key || clock.state === "stopped") continue;
    const known = found.get(key);
    if (known) known.push(clock);
    else found.set(key, [clock]);
  }
  return found;
}
