/**
 * A tenant's outages without a screen: what has one cause and one answer is said once, with all of its sites.
 */

/** @typedef {import("./shapes_tenant.js").Outage} Outage */

/** What goes on, in groups that share state, cause, what is being done and when it should end; what is down comes first.
 * @param {Outage[]} outages
 * @returns {Outage[][]} */
export function outageGroups(outages) {
  /** @type {Map<string, Outage[]>} */
  const groups = new Map();
  for (const one of outages) {
    if (one.state === "restored") continue;
    const same = JSON.stringify([one.state, one.cause, one.stage, one.arrival_at, one.expected_end, one.time_zone]);
    const group = groups.get(same);
    if (group) group.push(one);
    else groups.set(same, [one]);
  }
  return [...groups.values()].sort(([a], [b]) => Number(b?.state === "down") - Number(a?.state === "down"));
}
