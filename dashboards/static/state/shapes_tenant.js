/**
 * The shapes of docs/api-tenant.md.
 */

/** @typedef {{zh: string, en: string}} Words */
/** @typedef {{id: string, name: string, region: string, time_zone: string, state: "down"|"at_risk"|"well", down_since: string|null, down_at: string|null}} Site */
/** @typedef {{at: string, earliest: string, latest: string}} Interval */
/** @typedef {{id: string, site: string, site_name: string, time_zone: string, state: "down"|"at_risk"|"restored", started_at: string|null, ended_at: string|null, site_down_at: string|null, cause: Words, stage: string, arrival_at: string|null, expected_end: Interval|null}} Outage */
/** @typedef {{id: string, kind: string, title: string, level: string, starts_at: string, ends_at: string|null, weekly: string, time_zone: string, sites: {id: string, name: string}[]}} Works */
/** @typedef {{id: string, site: string, site_name: string, time_zone: string, category: string, text: string, reported_at: string, reported_by: string, state: string|null, restored_at: string|null, closed_at: string|null, ticket: string|null, ticket_state: string|null, outage: string|null}} FaultReport */
/** @typedef {{id: string, ticket: string, site: string, site_name: string, time_zone: string, text: string, asked_at: string, answer_by: string, state: string, answered_at: string|null, answered_by: string|null, answer_text: string, version: number}} Consent */
/** @typedef {{agreed: boolean, reason: string, agreed_at: string, agreed_by: string}} Agreement */
/** @typedef {{id: string, state: string, opened_at: string, resolved_at: string|null, closed_at: string|null, sites: {id: string, name: string, time_zone: string}[], version: number, cause: Words, may_be_judged: boolean, waits_for_you: boolean, agreement: Agreement|null}} Ticket */
/**
 * @typedef {object} Picture
 * @property {{items: Site[], total: number, down: number, at_risk: number, next_down_at: string|null, next_zone: string|null}} sites
 * @property {Outage[]} outages
 * @property {Works[]} works
 * @property {FaultReport[]} reports
 * @property {Consent[]} consents
 * @property {Ticket[]} tickets
 * @property {(Words & {id: string})[]} categories
 */

export {};
