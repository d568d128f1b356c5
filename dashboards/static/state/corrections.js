/**
 * Corrections as people made them, and where else an alarm may belong: the incidents near by, the nearest first.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Correction} Correction */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").Site} Site */
/** @typedef {{corrections: Correction[], made_at: string, made_by: string, comment: string, holding: Correction[]}} Act */
/** @typedef {{incident: Incident, why: "site"|"feed"|"area"|"city"|"time"}} Likely */

const NEARNESS = /** @type {const} */ (["site", "feed", "area", "city", "time"]);

/** One line for each thing that somebody did: making an alarm the root also puts others under it.
 * @param {Correction[]} corrections newest first
 * @returns {Act[]} newest first */
export function actsOf(corrections) {
  /** @type {Map<string, Correction[]>} */
  const acts = new Map();
  for (const one of corrections) {
    const key = `${one.made_at} ${one.made_by}`;
    acts.set(key, [...(acts.get(key) ?? []), one]);
  }
  return [...acts.values()].flatMap((group) => {
    const [first] = group.sort((a, b) => Number(b.kind === "root") - Number(a.kind === "root"));
    if (!first) return [];
    const { made_at, made_by, comment } = first;
    return [{ corrections: group, made_at, made_by, comment, holding: group.filter((one) => !one.withdrawn_at) }];
  });
}

/** The open incidents to which an alarm may belong: at its site, on its feed, in its area, in its city, then by time.
 * @param {Alarm} alarm
 * @param {Incident[]} incidents
 * @param {Alarm[]} standing alarms, which tell where incidents are
 * @param {ReadonlyMap<string, Site>} sites
 * @returns {Likely[]} */
export function likelyIncidents(alarm, incidents, standing, sites) {
  const places = sitesOf(incidents, standing);
  const here = sites.get(alarm.site ?? "");
  /** @param {Incident} incident
   * @returns {Likely} */
  const judged = (incident) => {
    const all = [...(places.get(incident.id) ?? [])];
    const known = all.flatMap((id) => sites.get(id) ?? []);
    if (alarm.site && all.includes(alarm.site)) return { incident, why: "site" };
    if (here?.power_feed && isOnFeed(incident, known, here.power_feed)) return { incident, why: "feed" };
    if (here && known.some((site) => site.region === here.region)) return { incident, why: "area" };
    if (incident.domain === alarm.domain) return { incident, why: "city" };
    return { incident, why: "time" };
  };
  /** @param {Likely} one */
  const apart = ({ incident }) => Math.abs(Date.parse(incident.opened_at) - Date.parse(alarm.raised_at));
  return incidents
    .filter((incident) => incident.id !== alarm.incident && incident.state === "open")
    .map(judged)
    .sort((a, b) => NEARNESS.indexOf(a.why) - NEARNESS.indexOf(b.why) || apart(a) - apart(b));
}

/** @param {Incident} incident
 * @param {Site[]} sites
 * @param {string} feed */
function isOnFeed(incident, sites, feed) {
  return incident.root.resource === `feed:${feed}` || sites.some((site) => site.power_feed === feed);
}

/** @param {Incident[]} incidents
 * @param {Alarm[]} standing
 * @returns {Map<string, Set<string>>} */
function sitesOf(incidents, standing) {
  /** @type {Map<string, Set<string>>} */
  const places = new Map();
  for (const { id, root, outages } of incidents) {
    places.set(id, new Set([...(root.site ? [root.site] : []), ...outages.map((outage) => outage.site)]));
  }
  for (const alarm of standing) if (alarm.site) places.get(alarm.incident ?? "")?.add(alarm.site);
  return places;
}
