/**
 * The wall's picture as it comes from the server (GET /api/v1/wall).
 *
 * @typedef {{technician_name: string|null, state: string, planned_arrival_at: string}} WallCrew
 *
 * @typedef {object} WallNext  a site that runs out
 * @property {string} site
 * @property {string} site_name
 * @property {string|null} time_zone
 * @property {string} site_down_at
 * @property {WallCrew|null} crew
 *
 * @typedef {object} WallChange
 * @property {"down"|"up"|"on_site"} what
 * @property {string} id  the site's
 * @property {string} name
 * @property {string} at
 * @property {string|null} time_zone
 *
 * @typedef {object} WallPicture
 * @property {string} at
 * @property {number} running_out_count  within the hour
 * @property {number} crew_under_way_count
 * @property {number} down_count
 * @property {number} down_crew_count  of those, with a crew under way
 * @property {number} unacknowledged_critical
 * @property {number} incidents
 * @property {WallNext[]} next
 * @property {{region: string, down: number, running_out: number}[]} cities
 * @property {{down: string[], running_out: string[]}} sites  ids
 * @property {Record<string, number>} incidents_by_severity
 * @property {{en_route: number, on_site: number, waiting: number}} crews
 * @property {{last_hour: number, hour_before: number}} complaints
 * @property {{id: string, person_name: string|null, phone: string|null, since: string, answered_by: string}[]} sos
 * @property {{id: string, region: string, end_proposed_at: string|null, calm_from: string|null, areas: {sites_without_mains: number}[]}[]} emergencies
 * @property {WallChange[]} changed
 * @property {number} changed_minutes
 */

export {};
