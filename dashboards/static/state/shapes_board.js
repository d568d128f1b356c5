/**
 * What tickets and the dispatch board know beside the objects of shapes.js: clocks, duties, plans, previews.
 *
 * @typedef {object} Clock
 * @property {string} id
 * @property {string} ticket
 * @property {"accept"|"arrive"|"restore"} kind
 * @property {string|null} need
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 * @property {"running"|"paused"|"stopped"} state
 * @property {string} started_at
 * @property {string|null} due_at  none while it is paused without an end
 * @property {string|null} breached_at
 * @property {string|null} stopped_at
 * @property {number} term_minutes
 * @property {number} extended_minutes
 * @property {string|null} tenant  whose contract; none for the house's own term
 * @property {{id: string, how: string, reason: string, since: string, until: string|null, made_by: string, ended_at: string|null}[]} pauses
 * @property {number} version
 *
 * @typedef {object} Extension
 * @property {string} id
 * @property {string} ticket
 * @property {Clock["kind"]} kind
 * @property {number} minutes
 * @property {string} reason
 * @property {string} asked_at
 * @property {string} asked_by
 * @property {"asked"|"granted"|"refused"} state
 *
 * @typedef {object} Choices  what a ticket can be given to, and why its clocks may pause
 * @property {{name: string, role: string, region: string}[]} people
 * @property {{id: string, words: {zh: string, en: string}}[]} groups
 * @property {{id: string, clocks: string[], most_hours: number, words: {zh: string, en: string}}[]} reasons
 *
 * @typedef {object} HistoryItem
 * @property {string} at
 * @property {string} object
 * @property {string} kind
 * @property {string} id
 * @property {string} actor  the account
 * @property {string|null} [actor_name]  whose that is, where it is known
 * @property {string} text
 * @property {Record<string, any>} about
 *
 * @typedef {{since: string, until: string}} Stretch
 *
 * @typedef {object} Duty
 * @property {string} id
 * @property {string} name
 * @property {string} region
 * @property {Stretch[]} duty
 * @property {Stretch[]} standby
 * @property {Stretch[]} away
 * @property {string} problem
 *
 * @typedef {object} DayStop
 * @property {string} need
 * @property {string|null} order
 * @property {string|null} ticket
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 * @property {string} arrive
 * @property {string} leave
 *
 * @typedef {{id: string, stops: DayStop[]}} DayPlan
 *
 * @typedef {{code: string, words: string, values: Record<string, string>}} Refusal
 *
 * @typedef {object} Option  somebody who could be sent
 * @property {string} technician
 * @property {string} name
 * @property {string} holds  the order in hand, or nothing
 * @property {number} minutes
 * @property {number} km
 * @property {string} from
 * @property {string} arrive
 * @property {Refusal|null} refusal  the first reason against it
 *
 * @typedef {{kind: "battery"|"arrive"|"restore", at: string, verdict: "saved"|"lost"|"late"|"in_time", margin: number|null, margin_before: number|null}} DueEffect
 *
 * @typedef {object} Effect
 * @property {string} need
 * @property {string} ticket
 * @property {string} site
 * @property {string} site_name
 * @property {string} time_zone
 * @property {number} priority
 * @property {boolean} given
 * @property {string|null} technician_before
 * @property {string|null} technician
 * @property {string|null} before
 * @property {string|null} after
 * @property {DueEffect[]} due
 *
 * @typedef {object} Preview
 * @property {string} technician
 * @property {string} name
 * @property {string} holds
 * @property {number} minutes
 * @property {number} km
 * @property {string} arrive
 * @property {string} leave
 * @property {Refusal[]} refusals
 * @property {Effect[]} effects
 *
 * @typedef {object} Pause
 * @property {string} id
 * @property {string} region
 * @property {string} reason
 * @property {string|null} until
 * @property {string} made_by
 * @property {string} made_at
 * @property {string|null} ended_at
 */

export {};
