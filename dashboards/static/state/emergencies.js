/**
 * Mass outages county by county: what is declared, what should be, and what each has and lacks.
 */

/** @typedef {import("./shapes_shift.js").DarkArea} DarkArea */
/** @typedef {import("./shapes_shift.js").DarkSite} DarkSite */
/** @typedef {import("./shapes_shift.js").Emergency} Emergency */
/** @typedef {import("./shapes_shift.js").EmergencyArea} EmergencyArea */
/** @typedef {import("./shapes_shift.js").MassOutages} MassOutages */

/** @typedef {"declared"|"suggested"|"few"} AreaState */
/** @typedef {{area: DarkArea, state: AreaState, emergency: Emergency|null, plan: EmergencyArea|null}} AreaRow */

/** Counties, those to be declared first, then the declared ones, then the rest; the worst first in each.
 * @param {MassOutages} outages
 * @param {Iterable<Emergency>} emergencies
 * @returns {AreaRow[]} */
export function areaRows({ areas, threshold }, emergencies) {
  const standing = [...emergencies].filter((one) => !one.ended_at);
  return areas
    .map((area) => {
      const emergency = standing.find((one) => liesIn(area.region, one.region)) ?? null;
      const plan = emergency?.areas.find((one) => one.region === area.region) ?? null;
      return { area, emergency, plan, state: stateOf(area, emergency, threshold) };
    })
    .sort((a, b) => RANK[a.state] - RANK[b.state] || b.area.without_mains - a.area.without_mains);
}

/** @type {Record<AreaState, number>} */
const RANK = { suggested: 0, declared: 1, few: 2 };

/** @param {DarkArea} area
 * @param {Emergency|null} emergency
 * @param {number} threshold
 * @returns {AreaState} */
function stateOf(area, emergency, threshold) {
  if (emergency) return "declared";
  return area.without_mains >= threshold ? "suggested" : "few";
}

/** @param {string} region
 * @param {string} other */
export function liesIn(region, other) {
  return region === other || region.startsWith(`${other}/`);
}

/** Which of a county's sites a figure counts.
 * @param {DarkSite[]} sites
 * @param {string} which  on_battery, down, soon, hubs or generators; else all
 * @param {number} soonUntil epoch milliseconds
 * @returns {DarkSite[]} */
export function sitesOf(sites, which, soonUntil) {
  /** @type {Record<string, (site: DarkSite) => boolean>} */
  const tests = {
    on_battery: (site) => !site.down,
    down: (site) => site.down,
    soon: (site) => !site.down && site.site_down_at !== null && Date.parse(site.site_down_at) <= soonUntil,
    hubs: (site) => site.site_class === "A",
    generators: (site) => site.generator || site.generator_wanted,
  };
  const test = tests[which];
  return test ? sites.filter(test) : sites;
}

/** Who is under way in a region or on site there; who arrives first stands first.
 * @param {Iterable<import("../shapes.js").WorkOrder>} orders
 * @param {string} region
 * @returns {import("../shapes.js").WorkOrder[]} */
export function ordersIn(orders, region) {
  return [...orders]
    .filter((order) => ["en_route", "on_site"].includes(order.state) && liesIn(order.region ?? "", region))
    .sort((a, b) => (a.planned_arrival_at ?? "").localeCompare(b.planned_arrival_at ?? "") || a.id.localeCompare(b.id));
}

/** How long before it runs out its crew is there; negative where it comes too late, null where that is unknown.
 * @param {DarkSite} site
 * @returns {number|null} milliseconds */
export function crewMargin({ site_down_at: runsOut, crew }) {
  if (!runsOut || !crew) return null;
  return crew.state === "on_site" ? Infinity : Date.parse(runsOut) - Date.parse(crew.planned_arrival_at);
}

/** A region and those above it, the widest last.
 * @param {string} region a path
 * @returns {string[]} */
export function upwards(region) {
  const parts = region.split("/");
  return parts.map((_, n) => parts.slice(0, parts.length - n).join("/"));
}
