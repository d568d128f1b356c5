/**
 * The shift's objects on the wire as types: calls for help, emergencies, claims, handovers, announcements, reports, and
 * what the system says of itself (docs/api-centre.md). Times are ISO 8601 in UTC; null where it has not happened.
 *
 * @typedef {object} Sos
 * @property {string} id
 * @property {string} person
 * @property {string|null} person_name
 * @property {string|null} phone
 * @property {string} since
 * @property {"person"|"watch"} raised_by  by hand, or because a watch ran out
 * @property {number|null} latitude
 * @property {number|null} longitude
 * @property {string|null} position_at
 * @property {string} work_order  may be empty
 * @property {string} text
 * @property {string|null} answered_at
 * @property {string} answered_by
 * @property {string|null} ended_at
 * @property {string} region
 * @property {number} version
 *
 * @typedef {object} Watch  somebody who works alone
 * @property {string} id  the person's
 * @property {string} work_order
 * @property {number} minutes
 * @property {string} until
 * @property {string|null} reminded_at
 *
 * @typedef {object} EmergencyArea
 * @property {string} region
 * @property {number} sites_without_mains
 * @property {number} sites_down
 * @property {string|null} first_down_at
 * @property {number} crews_there
 * @property {number} crews_needed
 * @property {number} too_late
 *
 * @typedef {object} Emergency
 * @property {string} id
 * @property {string} region
 * @property {string} reason
 * @property {string} declared_at
 * @property {string} declared_by
 * @property {string|null} end_proposed_at
 * @property {string|null} calm_from  since when so few are without mains that it may end
 * @property {string|null} ended_at
 * @property {EmergencyArea[]} areas
 * @property {number} version
 *
 * @typedef {object} DarkArea  a county with sites without mains
 * @property {string} region
 * @property {number} without_mains
 * @property {number} down
 * @property {number} on_battery
 * @property {number} soon  run out within the policy's minutes
 * @property {number} hubs
 * @property {string|null} next_down_at
 * @property {string} time_zone
 * @property {number} customers_down  of its sites that are down
 * @property {number} customers_on_battery  of those that are not yet
 * @property {number} crews_under_way
 * @property {number} crews_on_site
 * @property {number} generators_there
 * @property {number} generators_needed
 *
 * @typedef {{technician_name: string|null, state: string, planned_arrival_at: string}} CrewOf
 *
 * @typedef {object} DarkSite  a site without mains
 * @property {string} site
 * @property {string} site_name
 * @property {string} region
 * @property {string} time_zone
 * @property {string} site_class
 * @property {string} area
 * @property {string|null} site_down_at
 * @property {boolean} down
 * @property {(CrewOf & {work_order: string})|null} crew
 * @property {boolean} generator  one stands there
 * @property {boolean} generator_wanted
 * @property {string|null} incident
 *
 * @typedef {object} MassOutages
 * @property {string} at
 * @property {number} threshold
 * @property {number} soon_minutes
 * @property {DarkArea[]} areas
 * @property {DarkSite[]} sites  what runs out first, or all of one county
 *
 * @typedef {object} Claim  who works on an incident
 * @property {string} id  the incident's
 * @property {string} incident
 * @property {string} by
 * @property {string} at
 * @property {string} note
 * @property {string|null} acted_at  when the claimer last did anything
 * @property {"standing"|"released"} state
 * @property {number} version
 *
 * @typedef {{zh: string, en: string}} InBoth
 *
 * @typedef {"first"|"following"|"final"} ReportKind
 *
 * @typedef {object} SituationReport
 * @property {string} id
 * @property {ReportKind} kind
 * @property {number} number
 * @property {InBoth} title
 * @property {InBoth} text
 * @property {string} sent_at
 * @property {string} sent_by
 * @property {string|null} of_region  the reader's own, where that is all that is shown
 * @property {string[]} left_out  the regions of which it is silent
 *
 * @typedef {object} Announcement
 * @property {string} id
 * @property {"power_cut"|"weather"|"works"} kind
 * @property {string} title
 * @property {string} text
 * @property {string} source
 * @property {string} reference  the source's own number for it
 * @property {""|"blue"|"yellow"|"orange"|"red"} level
 * @property {string[]} regions
 * @property {string[]} sites
 * @property {string[]} power_feeds
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string} made_at
 * @property {string} made_by
 * @property {string|null} withdrawn_at
 * @property {number} sites_concerned
 * @property {number} runs_out  sites whose battery is shorter than the cut
 * @property {number} version
 *
 * @typedef {object} Handover
 * @property {string} id
 * @property {"draft"|"handed_over"|"signed"} state
 * @property {string} made_at
 * @property {string} made_by
 * @property {{at: string, by: string, text: string}[]} notes
 * @property {InBoth|null} sentence
 * @property {string|null} handed_over_at
 * @property {string|null} handed_over_by
 * @property {string|null} signed_at
 * @property {string|null} signed_by
 * @property {string} remarks
 * @property {number} version
 *
 * @typedef {object} OpenIncident  as the picture of a handover has it
 * @property {string} id
 * @property {string} title
 * @property {string} severity
 * @property {string|null} site_name
 * @property {string} alarm_type
 * @property {string} opened_at
 * @property {number} sites_down
 * @property {string|null} site_down_at
 * @property {{by: string, at: string, note: string}|null} claim
 * @property {{id: string, state: string, priority: number, hold_reason: string, hold_until: string|null}|null} ticket
 * @property {{clock: string, kind: string, due_at: string}|null} next_due
 *
 * @typedef {object} Promised  what falls due in the next shift: a complaint's promise or a clock
 * @property {string} kind  complaint, accept, arrive or restore
 * @property {string} id
 * @property {string} due_at
 * @property {string} [ticket]
 * @property {string} [incident]
 * @property {string|null} site_name
 * @property {string|null} [customer_name]
 * @property {string|null} [breached_at]
 * @property {boolean} [vip]
 *
 * @typedef {object} HandoverPicture
 * @property {string} at
 * @property {string} until
 * @property {OpenIncident[]} incidents
 * @property {number} incidents_count
 * @property {Promised[]} promises
 * @property {Extension[]} extensions
 * @property {Emergency[]} emergencies
 * @property {Sos[]} sos
 * @property {import("../shapes.js").Silence[]} silences
 * @property {Announcement[]} announcements
 *
 * @typedef {object} Extension  more time that somebody asks for
 * @property {string} id
 * @property {string} ticket
 * @property {string} title
 * @property {string|null} site_name
 * @property {string} kind
 * @property {number} minutes
 * @property {string} reason
 * @property {string} evidence
 * @property {string} asked_at
 * @property {string} asked_by
 * @property {number} version
 *
 * @typedef {object} OverdueClock
 * @property {string} id
 * @property {string} ticket
 * @property {string} kind
 * @property {string|null} need
 * @property {string|null} site_name
 * @property {string} started_at
 * @property {string} due_at
 * @property {string|null} tenant
 *
 * @typedef {object} OpenClimb
 * @property {string} id
 * @property {string} ticket
 * @property {string} kind
 * @property {string} level
 * @property {string|null} site_name
 * @property {string|null} person_name
 * @property {string|null} person_phone
 * @property {string} at
 * @property {string} state
 *
 * @typedef {object} Operator
 * @property {string} name
 * @property {string} role
 * @property {string} seen_at
 * @property {number} claims
 * @property {number} tickets
 * @property {number} acted_last_hour
 * @property {string|null} acted_at
 * @property {boolean} idle
 *
 * @typedef {object} Overdue
 * @property {import("../shapes.js").Alarm[]} unacknowledged
 * @property {OverdueClock[]} clocks
 * @property {Extension[]} extensions
 * @property {OpenClimb[]} climbs
 * @property {import("../shapes.js").Complaint[]} complaints
 * @property {Handover|null} handover
 *
 * @typedef {object} AlarmLoad  alarms against what an operator can look after (ANSI/ISA-18.2)
 * @property {number} operators
 * @property {number} per_operator_hour
 * @property {string} since
 * @property {number[]} per_10_minutes
 * @property {number[]} operators_there
 * @property {number|null} per_operator_hour_of_day  of the time in which somebody was there
 * @property {number} unmanned_hours
 * @property {number} unmanned_alarms
 * @property {{right: number, most: number, flood: number}} limits
 * @property {{since: string, until: string|null, alarms: number, peak: number}[]} floods
 * @property {InBoth} counted
 *
 * @typedef {object} SystemService
 * @property {string} id
 * @property {"well"|"unhealthy"|"unreachable"} state
 * @property {Record<string, string>} checks
 * @property {Record<string, number>} figures
 *
 * @typedef {object} SystemCollector
 * @property {string} id
 * @property {string|null} heard_at
 * @property {number|null} spool_events
 * @property {number|null} spool_oldest_seconds
 * @property {number|null} dropped
 * @property {number|null} refused
 * @property {number|null} lag_seconds
 *
 * @typedef {object} SystemState
 * @property {string} at
 * @property {SystemService[]} services
 * @property {SystemCollector[]} collectors
 * @property {{size_bytes: number, connections: number, extension: string|null, oldest_transaction_seconds: number}} database
 * @property {{publisher: string, consumer: string, behind: number}[]} feeds
 * @property {{pages: number, read_at: string}} live
 * @property {AlarmLoad} alarm_load
 */

export {};
