/**
 * Incidents as the response centre reads them: by urgency, as a tree from the root down, and site by site.
 */

import { rank } from "/shared/lib/severity.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").IncidentOutage} IncidentOutage */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */

const HOUR = 3_600_000;
const UNDER_WAY = ["en_route", "on_site"];
const HELD = ["offered", "accepted", ...UNDER_WAY];

/** A site is running out while its outage is foreseen and has neither begun nor been averted.
 * @param {IncidentOutage} outage */
export function isRunningOut(outage) {
  return !outage.started_at && !outage.ended_at && Boolean(outage.site_down_at);
}

/** @param {IncidentOutage} outage */
export function isDown(outage) {
  return Boolean(outage.started_at) && !outage.ended_at;
}

/** The next moment at which the incident takes a site down; Infinity when none is foreseen.
 * @param {Incident} incident */
export function nextDown(incident) {
  return Math.min(...incident.outages.filter(isRunningOut).map((outage) => Date.parse(String(outage.site_down_at))));
}

const NONE = new Set();

/** What can still be saved within the hour first, then what is down, then by severity; the older one first. What is
 * silenced stands below all that speaks.
 * @param {number} now
 * @param {ReadonlySet<string|null>} [silent]  incidents */
export function incidentOrder(now, silent = NONE) {
  /** @param {Incident} incident */
  const tier = (incident) => {
    if (incident.state !== "open") return 19;
    if (silent.has(incident.id)) return 9;
    if (nextDown(incident) - now < HOUR) return 0;
    if (incident.outages.some(isDown)) return 1;
    return 2 + rank(incident.severity);
  };
  /** @param {Incident} a
   * @param {Incident} b */
  return (a, b) =>
    tier(a) - tier(b) ||
    subtract(nextDown(a), nextDown(b)) ||
    Date.parse(a.opened_at) - Date.parse(b.opened_at) ||
    (a.id < b.id ? -1 : 1);
}

/** @typedef {{alarm: string|null, children: TreeNode[]}} TreeNode  an alarm's id, null for an inferred root */

/** The tree of causes with the incident's root on top; alarms that name no cause hang on the root.
 * @param {Incident} incident
 * @param {TreeNode[]} tops as the API gives them
 * @returns {TreeNode} */
export function rooted(incident, tops) {
  const root = tops.find((node) => node.alarm === incident.root.alarm);
  const others = tops.filter((node) => node !== root);
  return { alarm: root?.alarm ?? null, children: [...(root?.children ?? []), ...others] };
}

/**
 * @typedef {object} SiteLine
 * @property {IncidentOutage} outage
 * @property {WorkOrder|null} workOrder
 * @property {number|null} marginMs  how long before the site goes down its crew arrives; negative: too late
 */

/** The sites of an incident, what goes down next first, each with the crew that goes there.
 * @param {Incident} incident
 * @param {WorkOrder[]} workOrders of the incident's ticket
 * @param {number} now epoch milliseconds
 * @returns {SiteLine[]} */
export function siteLines(incident, workOrders, now) {
  return [...incident.outages].sort(byOutage).map((outage) => {
    const workOrder = crewFor(outage.site, workOrders);
    return { outage, workOrder, marginMs: workOrder && isRunningOut(outage) ? margin(outage, workOrder, now) : null };
  });
}

/** Who goes elsewhere than to the sites that are out: to the cause, which need not be out itself.
 * @param {Incident} incident
 * @param {WorkOrder[]} workOrders of the incident's ticket
 * @returns {WorkOrder[]} */
export function crewsElsewhere(incident, workOrders) {
  const out = new Set(incident.outages.map((outage) => outage.site));
  return workOrders.filter((order) => HELD.includes(order.state) && !out.has(order.site));
}

/** The order that stands for a site now: one that is held goes before one that has ended.
 * @param {string} site
 * @param {WorkOrder[]} workOrders */
function crewFor(site, workOrders) {
  const here = workOrders.filter((order) => order.site === site).sort((a, b) => (a.offered_at < b.offered_at ? 1 : -1));
  return here.find((order) => HELD.includes(order.state)) ?? here[0] ?? null;
}

/** Who should have been there is there now at the earliest.
 * @param {IncidentOutage} outage
 * @param {WorkOrder} order
 * @param {number} now */
function margin(outage, order, now) {
  const arrives = order.on_site_at ? Date.parse(order.on_site_at) : Math.max(now, Date.parse(order.planned_arrival_at));
  return Date.parse(String(outage.site_down_at)) - arrives;
}

/** @param {IncidentOutage} a
 * @param {IncidentOutage} b */
function byOutage(a, b) {
  /** @param {IncidentOutage} outage */
  const tier = (outage) => (isRunningOut(outage) ? 0 : isDown(outage) ? 1 : 2);
  return (
    tier(a) - tier(b) ||
    subtract(Date.parse(a.site_down_at ?? ""), Date.parse(b.site_down_at ?? "")) ||
    (a.site < b.site ? -1 : 1)
  );
}

/** a - b, where two that are both endless or unknown are equal.
 * @param {number} a
 * @param {number} b */
function subtract(a, b) {
  const difference = a - b;
  return Number.isNaN(difference) ? 0 : difference === Infinity ? 1 : difference === -Infinity ? -1 : difference;
}

export { HELD, UNDER_WAY };
