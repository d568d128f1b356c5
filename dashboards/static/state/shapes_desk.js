/**
 * What the complaint desk is told, as types (docs/api-complaints.md). Times are ISO 8601 in UTC; null where it has not happened.
 *
 * @typedef {{zh: string, en: string}} Words
 * @typedef {"open"|"linked"|"restored"|"closed"} ComplaintState
 * @typedef {"calm"|"annoyed"|"heated"} Heat
 *
 * @typedef {object} DeskParts
 * @property {ComplaintState} state
 * @property {string|null} region
 * @property {string|null} tenant
 * @property {string} category
 * @property {string} queue
 * @property {Heat} heat
 * @property {string} language
 * @property {string} email
 * @property {string|null} owner
 * @property {Record<string, string>} answers
 * @property {string|null} parent
 * @property {number} children
 * @property {string|null} ticket
 * @property {string[]} earlier_incidents
 * @property {string|null} respond_due_at
 * @property {string|null} solve_due_at
 * @property {string|null} due_at  the one that counts now
 * @property {string|null} answered_at
 * @property {string|null} call_back_at
 * @property {string|null} asked_at
 * @property {string|null} still_out_at
 * @property {number|null} satisfaction
 * @property {string|null} satisfaction_text
 * @property {string|null} satisfied_at
 * @property {string|null} leader_at
 * @property {string|null} leader_reason
 * @property {string|null} promise_due_at
 * @property {boolean} promise_warned
 * @property {string|null} closed_at
 * @property {string|null} closed_by
 * @property {string|null} closed_reason
 * @property {string|null} closed_text
 *
 * @typedef {import("../shapes.js").Complaint & DeskParts} Complaint
 *
 * @typedef {object} Pledge  a promise or a grant
 * @property {string} id
 * @property {string} complaint
 * @property {"promise"|"grant"} kind
 * @property {string} text
 * @property {string|null} grant
 * @property {number|null} amount
 * @property {string|null} due_at
 * @property {string} made_at
 * @property {string} made_by
 * @property {"wanted"|"standing"|"kept"|"broken"|"refused"} state
 * @property {string|null} warned_at
 * @property {string|null} ended_at
 * @property {string} note
 *
 * @typedef {object} Contact  something that was said; with a complaint, or with whom and about where as far as is known
 * @property {string} id
 * @property {string|null} complaint
 * @property {"in"|"out"} direction
 * @property {string} channel
 * @property {string} at
 * @property {string} by
 * @property {string} text
 * @property {string} outcome
 * @property {string|null} phone
 * @property {string|null} customer
 * @property {string|null} customer_name
 * @property {boolean} vip
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 *
 * @typedef {{id: string, complaint: string, kind: string, words: Words, state: string, at: string, next_at: string|null, sent_at: string|null, tries: number}} Message
 *
 * @typedef {{id: string, kind: "yes_no"|"choice"|"text", choices: ({id: string} & Words)[]} & Words} Guided  a guided question
 * @typedef {{id: string, within_minutes: number} & Words} MayPromise
 * @typedef {{id: string, unit: string, limit: number, leader_limit: number} & Words} MayGrant
 *
 * @typedef {object} CategoryParts
 * @property {string} id
 * @property {string} queue
 * @property {boolean} network
 * @property {{vip: number, other: number}} respond_minutes
 * @property {{vip: number, other: number}} solve_minutes
 * @property {Guided[]} questions
 * @property {MayPromise[]} may_promise
 * @property {MayGrant[]} grants
 *
 * @typedef {CategoryParts & Words} Category
 * @typedef {{items: Category[], queues: ({id: string} & Words)[], closed_reasons: string[], dissatisfied: number}} Care
 *
 * @typedef {{id: string, name: string, vip: boolean, tenant: string}} Person
 * @typedef {{at: string, earliest: string, latest: string}} Expected
 *
 * @typedef {object} Outage  what outage-context gives
 * @property {string} id
 * @property {string|null} incident
 * @property {string|null} ticket
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} region
 * @property {string|null} time_zone
 * @property {string} link_reason
 * @property {string|null} since
 * @property {string|null} alarm_type
 * @property {Words|null} cause
 * @property {string|null} state
 * @property {{id: string, name: string}|null} technician
 * @property {string|null} technician_eta
 * @property {Expected|null} expected_end
 * @property {string|null} restored_at
 * @property {{zh: string[], en: string[]}} script
 * @property {Person|null} customer
 * @property {Person[]} customers
 * @property {{alarms: {id: string, site: string, site_name: string|null, alarm_type: string, severity: string, raised_at: string}[], complaints: number}} signs
 *
 * @typedef {object} Customer  with the history of 90 days
 * @property {string} id
 * @property {string} name
 * @property {string} phone
 * @property {boolean} vip
 * @property {string} tenant
 * @property {string} type
 * @property {string[]} products
 * @property {string} manager
 * @property {number|null} latitude
 * @property {number|null} longitude
 * @property {{id: string, name: string, region: string}[]} sites
 * @property {Complaint[]} complaints
 * @property {Pledge[]} promises
 * @property {{opt_out: boolean, at_night: boolean}|null} wish
 *
 * @typedef {object} CaseParts  what hangs on one complaint
 * @property {Outage|null} outage
 * @property {Pledge[]} promises
 * @property {Contact[]} contacts
 * @property {Message[]} messages
 * @property {Complaint[]} children_of_it
 * @property {Complaint|null} parent_of_it
 * @property {string} tracking  the path of the customer's page
 * @property {string|null} tracking_url  the whole link, where it is known
 * @property {Category} category_of_it
 *
 * @typedef {Complaint & CaseParts} Case
 *
 * @typedef {{id: string, role: string, here: boolean, seen_at: string|null}} Agent  to whom a complaint can be handed over
 *
 * @typedef {{kind: "customer"|"site"|"complaint"|"place", id: string, title: string, detail: string, vip: boolean, ask: import("./ask.js").Ask|{}}} Found
 *
 * @typedef {object} Inspection  a contact that somebody looks at again
 * @property {string} id
 * @property {string|null} complaint
 * @property {string} agent
 * @property {"wanted"|"passed"|"failed"} state
 * @property {string} wanted_at
 * @property {Record<string, number>} scores
 * @property {number|null} score
 * @property {string} remark
 * @property {string|null} inspected_at
 * @property {string|null} inspected_by
 * @property {number} version
 * @property {Contact} contact_of_it
 */

export {};
