/**
 * Problems as the API shows them (docs/api-dispatch.md).
 *
 * @typedef {"open"|"known_error"|"resolved"|"closed"} ProblemState
 *
 * @typedef {object} Problem
 * @property {string} id
 * @property {ProblemState} state
 * @property {string} title  empty where dispatch raised it: what is shared says it
 * @property {string} why
 * @property {string[]} sites
 * @property {string[]} regions
 * @property {"type"|"cause"|null} shares  what its faults have in common: their alarm type, or the cause in words
 * @property {string|null} shared
 * @property {string} raised_at
 * @property {string} raised_by
 * @property {string} last_at  when the last of its faults began
 * @property {string|null} report  in which it was seen
 * @property {string|null} responsible
 * @property {string} cause
 * @property {string} workaround
 * @property {string} solution
 * @property {string} reason
 * @property {string[]} tickets
 * @property {string[]} incidents
 * @property {number} faults
 * @property {number} complaints
 * @property {string|null} ended_at
 * @property {string|null} ended_by
 * @property {number} version
 *
 * @typedef {{id: string, at: string, actor: string, kind: string, text: string}} ProblemNote
 *
 * @typedef {Problem & {linked: import("../shapes.js").Ticket[], linked_incidents: import("../shapes.js").Incident[],
 *   elsewhere: number, notes: ProblemNote[]}} ProblemWhole
 *
 * @typedef {{items: {id: string, ticket: string|null, site: string, site_name: string|null, opened_at: string}[],
 *   complaints: number, problems: Problem[]}} FaultsThere
 *
 * @typedef {object} Offer  what a new problem begins with
 * @property {string} [title]
 * @property {string[]} sites
 * @property {string} alarmType
 * @property {string[]} [tickets]
 * @property {string[]} [incidents]
 * @property {string} [report]
 */

export {};
