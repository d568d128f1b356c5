/**
 * One lane of an incident's picture: what one alarm, one site, one type, or somebody who came, did over time.
 */

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").IncidentOutage} IncidentOutage */

/**
 * @typedef {object} Span
 * @property {number} from
 * @property {number|null} to  null while it stands
 * @property {import("../shapes.js").Severity} severity
 * @property {"sure"|"inferred"|"silent"|"chattering"} look
 *
 * @typedef {object} Moment
 * @property {number} at
 * @property {string} kind
 * @property {string} id
 * @property {string} actor
 *
 * @typedef {object} Lane
 * @property {string} key
 * @property {"inferred"|"alarm"|"site"|"type"|"outage"|"ticket"|"order"} kind
 * @property {string} name  alarm type, site, or what it is called
 * @property {string} site
 * @property {string} place  what the site is called
 * @property {boolean} root
 * @property {Alarm[]} alarms
 * @property {Span[]} spans
 * @property {IncidentOutage[]} outages
 * @property {Moment[]} moments
 *
 * @typedef {object} Story
 * @property {import("../shapes.js").Incident} incident
 * @property {Alarm[]} alarms
 * @property {import("../shapes.js").Ticket[]} tickets
 * @property {import("../shapes.js").WorkOrder[]} orders
 * @property {import("./story.js").Moment[]} moments
 */

/** An empty lane.
 * @param {string} key
 * @param {Lane["kind"]} kind
 * @param {string} name
 * @returns {Lane} */
export function lane(key, kind, name) {
  return { key, kind, name, site: "", place: "", root: false, alarms: [], spans: [], outages: [], moments: [] };
}
