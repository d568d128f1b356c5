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

/** The one thing that matters most, in keys of words: a question that waits, then harm by its degree: what is down, what
 * runs on its battery and until when the first of it does, else that all is well.
 * @param {import("./shapes_tenant.js").Picture} picture
 * @param {number} now
 * @returns {{key: string, n: number, at?: string, zone?: string|null}[]} */
export function headline({ sites, consents }, now) {
  const { down, at_risk: atRisk, total, next_down_at: at, next_zone: zone } = sites;
  const asked = consents.filter(({ state }) => state === "asked").length;
  const battery = `tenant.${down ? "also_at_risk" : "at_risk"}`;
  const said = [];
  if (asked) said.push({ key: "tenant.asked", n: asked });
  if (down) said.push({ key: "tenant.down", n: down });
  if (atRisk && at) said.push({ key: `${battery}.${Date.parse(at) > now ? "until" : "over"}`, n: atRisk, at, zone });
  if (!down && !atRisk) said.push({ key: "tenant.well", n: total });
  return said;
}
