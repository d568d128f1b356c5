/**
 * What the site page is told, as types: one site with all that stands there (GET /sites/{id}), its readings, its history.
 *
 * @typedef {object} Resource
 * @property {string} id
 * @property {string} resource
 * @property {string} kind
 * @property {string} address
 * @property {string} tenant
 *
 * @typedef {object} Reading  what was measured last of one series
 * @property {string} id
 * @property {string} resource
 * @property {string} metric
 * @property {string} qualifier
 * @property {string} label  the device's own word for it
 * @property {{zh: string, en: string}} words
 * @property {number|null} value
 * @property {string} unit
 * @property {string} state  in words where it is a state
 * @property {string} at
 *
 * @typedef {object} Generator
 * @property {string} id
 * @property {string} name
 * @property {number|null} kva
 * @property {string} state
 * @property {string|null} fuel_ends_at
 *
 * @typedef {object} SiteOutage
 * @property {string} id
 * @property {string} incident
 * @property {string} reason
 * @property {string|null} site_down_at
 * @property {string|null} site_down_earliest
 * @property {string|null} site_down_latest
 * @property {string} prediction_basis
 * @property {string|null} started_at
 * @property {string|null} ended_at
 *
 * @typedef {object} SiteDetailParts
 * @property {number|null} load_kw
 * @property {Resource[]} resources
 * @property {import("../shapes.js").Link[]} links
 * @property {import("../shapes.js").Alarm[]} alarms  active ones
 * @property {SiteOutage[]} outages  not ended
 * @property {import("../shapes.js").WorkOrder[]} work_orders  open
 * @property {Reading[]} readings
 * @property {Generator[]} generators  that are here
 * @property {{id: string, name: string, utility_contact: string}|null} feed
 * @property {number} complaints_open
 *
 * @typedef {import("../shapes.js").Site & SiteDetailParts} SiteDetail
 *
 * @typedef {{kind: "promised_low"|"promised_high"|"disconnect", value: number}} Limit
 *
 * @typedef {object} Series  GET /sites/{id}/readings
 * @property {string} from
 * @property {string} to
 * @property {number} step_seconds
 * @property {[number, number, number, number][]} points  epoch seconds, least, mean, greatest
 * @property {Limit[]} limits
 *
 * @typedef {object} Visit
 * @property {string} id
 * @property {string} technician
 * @property {string|null} technician_name
 * @property {string} state
 * @property {string} summary
 * @property {string} on_site_at
 * @property {string} ended_at
 * @property {string} cause
 * @property {string} result
 * @property {{kind: string, name: string, value: number|null, unit: string, text: string, outside: boolean}[]} records
 *
 * @typedef {object} SiteHistory  GET /sites/{id}/history
 * @property {string} since
 * @property {{day: string, severity: string, n: number}[]} alarm_days
 * @property {SiteOutage[]} outages
 * @property {Visit[]} visits
 * @property {{id: string, title: string, state: string, cause: string, opened_at: string, closed_at: string|null}[]} tickets
 */

export {};
