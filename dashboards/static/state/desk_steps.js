/**
 * What can be done with a complaint as it stands, and why it cannot be closed.
 */

/** @typedef {import("./shapes_desk.js").Complaint} Complaint */
/** @typedef {"take"|"answer"|"back"|"still_out"|"not_reached"|"promise"|"grant"|"hand_over"|"change"|"rate"|"close"|"reopen"|"split"|"merge"|"urge"|"note"} Step */

/** The keys of the steps on an opened complaint. */
export const STEP_KEYS = /** @type {Record<Step, string>} */ ({
  back: "y",
  still_out: "n",
  not_reached: "z",
  answer: "a",
  take: "t",
  urge: "u",
  promise: "p",
  grant: "v",
  hand_over: "o",
  note: "i",
  change: "e",
  merge: "m",
  split: "s",
  rate: "f",
  close: "x",
  reopen: "x",
});

const DECIDED_BY = /** @type {const} */ (["state", "owner", "queue", "category", "text", "heat", "parent", "incident"]);

/** @param {Complaint} one
 * @param {string} me
 * @param {boolean} canMerge  others of the same outage stand beside it
 * @returns {Step[]} the likeliest first */
export function stepsOf(one, me, canMerge) {
  if (one.state === "closed") return one.satisfaction === null ? ["rate", "reopen", "note"] : ["reopen", "note"];
  /** @type {[Step, boolean][]} */
  const all = [
    ["back", one.state === "restored"],
    ["still_out", one.state === "restored"],
    ["not_reached", one.state === "restored"],
    ["merge", canMerge && one.parent === null],
    ["answer", true],
    ["take", one.owner !== me || one.leader_at !== null],
    ["urge", one.state !== "restored"],
    ["promise", true],
    ["grant", true],
    ["hand_over", true],
    ["split", one.parent !== null],
    ["change", true],
    ["note", true],
    ["rate", one.state === "restored"],
    ["close", true],
  ];
  return all.filter(([, may]) => may).map(([step]) => step);
}

/** Whether what an agent decides by is still as it was; due times, messages and the like are the services' own.
 * @param {Complaint} seen
 * @param {Complaint} now */
export function isAsDecided(seen, now) {
  return DECIDED_BY.every((name) => seen[name] === now[name]);
}

/** Why it cannot be closed now; empty when it can. The server says the same, later.
 * @param {Complaint & {promises: {state: string}[]}} one
 * @returns {""|"vip_not_satisfied"|"promise_stands"} */
export function closingIsRefused(one) {
  if (one.vip && one.satisfied_at === null) return "vip_not_satisfied";
  return one.promises.some(({ state }) => state === "standing" || state === "wanted") ? "promise_stands" : "";
}

/** What was corrected and nothing else: what somebody else corrected meanwhile stays.
 * @param {Record<string, string|undefined>} fields  by the complaint's own names
 * @param {Complaint} shown  as the form showed it
 * @returns {Record<string, string|undefined>} */
export function changesOf(fields, shown) {
  const before = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (shown));
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== before[name]));
}

/** The moments that may be chosen for a promise: short steps up to what the category allows.
 * @param {number} within  minutes
 * @returns {number[]} minutes */
export function dueChoices(within) {
  const usual = [15, 30, 60, 120, 240, 480, 1440, 2880, 7200].filter((minutes) => minutes < within);
  return [...usual, within];
}
