/**
 * The sentence at the top left: the one most urgent thing, in figures that can each be followed to exactly those.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */

import { isCrying } from "./alarms.js";
import { isDown, isRunningOut, UNDER_WAY } from "./incidents.js";
import { silentIncidents } from "./silences.js";

const HOUR = 3_600_000;

export const BLIND = "collector-silent";

/**
 * @typedef {object} Urgency
 * @property {"running_out"|"down"|"critical"|"open"|"calm"} kind
 * @property {number} count  sites, alarms or incidents, as the kind has it
 * @property {number} underWay  of those sites, how many have a crew under way
 */

/** What is silenced is not urgent: works that somebody planned.
 * @param {Iterable<Incident>} incidents
 * @param {Iterable<Alarm>} alarms
 * @param {Iterable<WorkOrder>} workOrders
 * @param {number} now
 * @returns {Urgency}
 */
export function mostUrgent(incidents, alarms, workOrders, now) {
  const silent = silentIncidents(alarms);
  const open = [...incidents].filter((incident) => incident.state === "open" && !silent.has(incident.id));
  const soon = sitesWhere(
    open,
    (outage) => isRunningOut(outage) && Date.parse(String(outage.site_down_at)) - now < HOUR,
  );
  const crews = sitesUnderWay(workOrders);
  if (soon.size) return { kind: "running_out", count: soon.size, underWay: overlap(soon, crews) };
  const down = sitesWhere(open, isDown);
  if (down.size) return { kind: "down", count: down.size, underWay: overlap(down, crews) };
  const crying = [...alarms].filter((alarm) => isCrying(alarm, now)).length;
  if (crying) return { kind: "critical", count: crying, underWay: 0 };
  return { kind: open.length ? "open" : "calm", count: open.length, underWay: 0 };
}

/** How many collectors say that they, or that nobody, can see what is behind them: whatever else is said is not all.
 * @param {Iterable<Alarm>} alarms */
export function blindCollectors(alarms) {
  const blind = [...alarms].filter(
    ({ alarm_type, severity, state }) => alarm_type === BLIND && severity === "critical" && state === "active",
  );
  return new Set(blind.map(({ resource }) => resource)).size;
}

/** @param {Incident[]} incidents
 * @param {(outage: import("../shapes.js").IncidentOutage) => boolean} test
 * @returns {Set<string>} */
export function sitesWhere(incidents, test) {
  return new Set(incidents.flatMap((incident) => incident.outages.filter(test).map((outage) => outage.site)));
}

/** @param {Iterable<WorkOrder>} workOrders */
function sitesUnderWay(workOrders) {
  return new Set([...workOrders].filter((order) => UNDER_WAY.includes(order.state)).map((order) => order.site));
}

/** @param {Set<string>} some
 * @param {Set<string>} others */
function overlap(some, others) {
  return [...some].filter((one) => others.has(one)).length;
}
