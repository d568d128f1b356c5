/**
 * The sentence at the top left: the one most urgent thing, in figures that can each be followed to exactly those.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").IncidentOutage} Outage */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("./shapes_shift.js").Emergency} Emergency */
/** @typedef {import("./shapes_shift.js").Sos} Sos */

import { isCrying } from "./alarms.js";
import { openCalls } from "./calls.js";
import { isDown, isRunningOut, UNDER_WAY } from "./incidents.js";
import { silentIncidents } from "./silences.js";

const HOUR = 3_600_000;

export const BLIND = "collector-silent";

/**
 * @typedef {object} Urgency
 * @property {"sos"|"emergency"|"emergency_new"|"running_out"|"down"|"critical"|"open"|"calm"} kind
 * @property {number} count  people, sites, alarms or incidents, as the kind has it
 * @property {number} underWay  of those sites, how many have a crew under way
 * @property {string} name  who calls for help, or the county in an emergency, where it is one alone
 * @property {number} [alsoDown]  sites that are down already, beside those that run out
 */

/**
 * @typedef {object} Picture
 * @property {Iterable<Sos>} sos
 * @property {Iterable<Emergency>} emergencies
 * @property {Iterable<Incident>} incidents
 * @property {Iterable<Alarm>} alarms
 * @property {Iterable<WorkOrder>} orders
 */

/** A person in danger comes before all, then a mass outage; what is silenced is not urgent: works that somebody planned.
 * @param {Picture} picture
 * @param {number} now
 * @returns {Urgency}
 */
export function mostUrgent({ sos, emergencies, incidents, alarms, orders }, now) {
  return danger(sos) ?? graver(massOutage(emergencies), ofNetwork(incidents, alarms, orders, now));
}

/** A mass outage, unless nobody in it is without mains any more and something else is urgent.
 * @param {Urgency|null} mass
 * @param {Urgency} network
 * @returns {Urgency} */
export function graver(mass, network) {
  if (!mass) return network;
  const isOver = mass.kind === "emergency" && !mass.count;
  return isOver && network.kind !== "open" && network.kind !== "calm" ? network : mass;
}

/** @param {Iterable<Sos>} sos
 * @returns {Urgency|null} */
function danger(sos) {
  const calls = openCalls(sos).filter((call) => !call.answered_at);
  const [first] = calls;
  return first ? urgency("sos", calls.length, 0, calls.length === 1 ? (first.person_name ?? first.person) : "") : null;
}

/** Emergencies in one sentence; `emergency_new` while nobody has counted their sites, which the next round of dispatch does.
 * @param {Iterable<Pick<Emergency, "region"|"end_proposed_at"|"calm_from"> & {ended_at?: string|null, areas: {sites_without_mains: number}[]}>} emergencies
 * @returns {Urgency|null} */
export function massOutage(emergencies) {
  const standing = [...emergencies].filter((one) => !one.ended_at);
  if (!standing.length) return null;
  const areas = standing.flatMap((one) => one.areas);
  const dark = areas.reduce((sum, area) => sum + area.sites_without_mains, 0);
  const isCounted = areas.length > 0 || standing.some((one) => one.end_proposed_at ?? one.calm_from);
  return urgency(isCounted ? "emergency" : "emergency_new", dark, 0, standing.length === 1 ? lastPart(standing[0]?.region ?? "") : "");
}

/** @param {Iterable<Incident>} incidents
 * @param {Iterable<Alarm>} alarms
 * @param {Iterable<WorkOrder>} orders
 * @param {number} now
 * @returns {Urgency} */
function ofNetwork(incidents, alarms, orders, now) {
  const silent = silentIncidents(alarms);
  const open = [...incidents].filter((incident) => incident.state === "open" && !silent.has(incident.id));
  const crews = sitesUnderWay(orders);
  const soon = sitesWhere(open, runsOutSoon(now));
  const down = sitesWhere(open, isDown);
  if (soon.size)
    return { ...urgency("running_out", soon.size, sitesWhere(open, runsOutSoon(now), crews).size), alsoDown: down.size };
  if (down.size) return urgency("down", down.size, sitesWhere(open, isDown, crews).size);
  const crying = [...alarms].filter((alarm) => isCrying(alarm, now)).length;
  if (crying) return urgency("critical", crying);
  return urgency(open.length ? "open" : "calm", open.length);
}

/** @param {Urgency["kind"]} kind
 * @param {number} count
 * @param {number} [underWay]
 * @param {string} [name]
 * @returns {Urgency} */
export function urgency(kind, count, underWay = 0, name = "") {
  return { kind, count, underWay, name };
}

/** The dictionary's key of what is counted: a person or county alone goes by name; none left without mains is said in words.
 * @param {Urgency} urgent */
export function whatKey({ kind, count, name }) {
  if (kind === "emergency" && !count) return "urgent.emergency.none";
  return kind === "sos" && name ? "urgent.sos.named" : `urgent.${kind}.what`;
}

/** The dictionary's key of the whole sentence.
 * @param {Urgency} urgent */
export function sentenceKey({ kind, name }) {
  if (kind !== "emergency" && kind !== "emergency_new") return `urgent.${kind}`;
  return name ? "urgent.emergency" : "urgent.emergencies";
}

/** The incidents of which the sentence speaks: those with sites that run out within the hour or are down, or, with
 * `_crew`, with such a site to which, or to whose cause, a crew is under way.
 * @param {string} state  running_out, down, running_out_crew or down_crew; else all
 * @param {Incident[]} incidents
 * @param {ReadonlySet<string|null>} silent  incidents
 * @param {Iterable<WorkOrder>} orders
 * @param {number} now
 * @returns {Incident[]} */
export function incidentsOf(state, incidents, silent, orders, now) {
  const test = state.startsWith("running_out") ? runsOutSoon(now) : state.startsWith("down") ? isDown : null;
  if (!test) return incidents;
  const crews = state.endsWith("_crew") ? sitesUnderWay(orders) : null;
  return incidents.filter(
    (incident) =>
      !silent.has(incident.id) && incident.outages.some((one) => test(one) && isAttended(incident, one, crews)),
  );
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
 * @param {(outage: Outage) => boolean} test
 * @param {ReadonlySet<string>|null} [crews]  only where one of these sites is theirs
 * @returns {Set<string>} */
function sitesWhere(incidents, test, crews = null) {
  const found = incidents.flatMap((incident) =>
    incident.outages.filter((outage) => test(outage) && isAttended(incident, outage, crews)),
  );
  return new Set(found.map((outage) => outage.site));
}

/** Whether a crew is under way to what is out: to the site, or to the cause elsewhere that took it down; a site that runs
 * out wants its own.
 * @param {Incident} incident
 * @param {Outage} outage
 * @param {ReadonlySet<string>|null} crews */
function isAttended(incident, outage, crews) {
  if (!crews || crews.has(outage.site)) return true;
  return isDown(outage) && crews.has(incident.root.site ?? "");
}

/** A region's own name, without those above it.
 * @param {string} region a path */
export function lastPart(region) {
  return region.split("/").at(-1) ?? region;
}

/** @param {number} now
 * @returns {(outage: Outage) => boolean} */
function runsOutSoon(now) {
  return (outage) => isRunningOut(outage) && Date.parse(String(outage.site_down_at)) - now < HOUR;
}

/** @param {Iterable<WorkOrder>} orders */
function sitesUnderWay(orders) {
  return new Set([...orders].filter((order) => UNDER_WAY.includes(order.state)).map((order) => order.site));
}
