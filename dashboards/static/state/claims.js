/**
 * Whose an incident is, and whether whoever claimed it has gone quiet.
 */

/** @typedef {import("./shapes_shift.js").Claim} Claim */
/** @typedef {"free"|"mine"|"others"} ClaimState */

const IDLE_MS = 30 * 60_000;

/** @param {Claim|undefined} claim
 * @param {string} me
 * @returns {ClaimState} */
export function claimState(claim, me) {
  if (!claim) return "free";
  return claim.by === me ? "mine" : "others";
}

/** Nothing was done by them for a while, here or anywhere; what was claimed only now is not idle.
 * @param {string} claimedAt
 * @param {string} actedAt
 * @param {number} now epoch milliseconds */
export function isIdle(claimedAt, actedAt, now) {
  return now - Math.max(Date.parse(claimedAt), Date.parse(actedAt)) > IDLE_MS;
}
