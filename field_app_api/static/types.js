/**
 * The objects of the field API as the page reads them.
 *
 * @typedef {{zh: string, en: string}} Words
 * @typedef {{code: string, minutes: number, km: number, from: string, rank: number, of: number}} Why
 * @typedef {{
 *   id: string, site: string, site_name: string | null, latitude: number, longitude: number, time_zone: string | null,
 *   region: string, access: string, state: string, priority: number, summary: string, fault: Words, kinds: string[],
 *   offered_at: string, offer_expires_at: string | null, accepted_at: string | null, en_route_at: string | null,
 *   on_site_at: string | null, ended_at: string | null, planned_arrival_at: string, travel_minutes: number,
 *   distance_km: number, asked_to_return_at: string | null, site_down_at: string | null, reason: string, cause: string,
 *   result: string, version: number, explanation: {why?: Why}
 * }} Order
 * @typedef {{id: string, severity: string, alarm_type: string, name: Words, resource: string, state: string,
 *   raised_at: string, cleared_at: string | null, cause_reason: string}} Alarm
 * @typedef {Order & {alarms: Alarm[], first_steps: {zh: string[], en: string[]}, ticket_title: string}} OrderDetail
 */

export {};
