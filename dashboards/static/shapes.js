/**
 * The objects on the wire as types: the rows of the views (0005_views.sql) that the API and the live feed carry.
 * Times are ISO 8601 in UTC; null where it has not happened.
 *
 * @typedef {"critical"|"major"|"minor"|"warning"|"indeterminate"|"cleared"} Severity
 *
 * @typedef {object} Alarm
 * @property {string} id
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} region
 * @property {string|null} time_zone
 * @property {string} resource
 * @property {string} alarm_type
 * @property {string} qualifier
 * @property {string} domain
 * @property {Severity} severity
 * @property {string} text
 * @property {string} source
 * @property {Record<string, string>} details
 * @property {"active"|"cleared"} state
 * @property {string} raised_at
 * @property {string} changed_at
 * @property {string|null} cleared_at
 * @property {number} count
 * @property {string|null} incident
 * @property {string|null} cause_alarm
 * @property {string} cause_reason
 * @property {string|null} acknowledged_at
 * @property {string} acknowledged_by
 * @property {string|null} shelved_until
 * @property {string} shelved_by
 * @property {boolean} baseline
 * @property {string|null} chattering_since  held as one while it is raised and cleared in turns
 * @property {number} chatter_rate  changes an hour
 * @property {string|null} stale_since  stands for so long that it says little
 * @property {string|null} closed_at  an operator is done with it, whether it stands or not
 * @property {string} closed_by
 * @property {string} silenced_by  empty, delay, shelved, shelf:<id>, maintenance:<id> or symptom:<alarm>
 * @property {string|null} silenced_until
 * @property {number} version
 *
 * @typedef {object} IncidentOutage
 * @property {string} site
 * @property {string|null} site_name
 * @property {string} reason
 * @property {string|null} site_down_at  predicted start
 * @property {string|null} site_down_earliest
 * @property {string|null} site_down_latest
 * @property {string} prediction_basis  stated, load, voltage or history
 * @property {string|null} started_at
 * @property {string|null} ended_at
 *
 * @typedef {object} IncidentRoot
 * @property {"alarm"|"inferred"} kind
 * @property {string|null} alarm
 * @property {string|null} site
 * @property {string} resource
 * @property {string} alarm_type
 * @property {string} qualifier
 * @property {string} reason
 * @property {string|null} confirmed_at
 * @property {string|null} confirmed_by
 *
 * @typedef {object} Incident
 * @property {string} id
 * @property {"open"|"closed"|"merged"} state
 * @property {string} domain
 * @property {string|null} site_name
 * @property {string|null} time_zone  of the root's site
 * @property {string} title
 * @property {Severity} severity
 * @property {string} opened_at
 * @property {string|null} closed_at
 * @property {IncidentRoot} root
 * @property {string|null} merged_into
 * @property {number} alarm_count
 * @property {string|null} ticket
 * @property {IncidentOutage[]} outages
 * @property {number} [elsewhere]  sites beyond the reader's own region, which `outages` leaves out
 * @property {number} version
 *
 * @typedef {object} Correction  what an operator knows better; holds until it is withdrawn
 * @property {string} id
 * @property {"root"|"under"} kind
 * @property {string} alarm
 * @property {string|null} cause_alarm
 * @property {string|null} instead_of  the cause that had been named
 * @property {string} incident  in which the alarm was then
 * @property {string} comment
 * @property {string} made_at
 * @property {string} made_by
 * @property {string|null} withdrawn_at
 * @property {string} withdrawn_by
 * @property {Pick<Alarm, "id"|"alarm_type"|"site"|"site_name"|"resource"|"incident">[]} about  the alarms that it names
 *
 * @typedef {"acknowledged"|"in_progress"|"pending"|"held"|"resolved"|"closed"|"rejected"|"cancelled"} TicketState
 *
 * @typedef {object} Ticket
 * @property {string} id
 * @property {string} origin
 * @property {string|null} incident
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} region
 * @property {string|null} time_zone
 * @property {TicketState} state
 * @property {number} priority
 * @property {string} title
 * @property {string} text
 * @property {string} opened_at
 * @property {string} opened_by
 * @property {string|null} in_progress_at
 * @property {string|null} resolved_at
 * @property {string|null} closed_at
 * @property {string|null} duplicate_of
 * @property {string} hold_reason
 * @property {string|null} hold_until
 * @property {string|null} resolution_proposed_at
 * @property {string} cause
 * @property {string} result
 * @property {string} responsible_party
 * @property {number|null} impact
 * @property {number|null} urgency
 * @property {number} customers
 * @property {string} proposed_party
 * @property {string} proposed_party_reason
 * @property {string|null} assignee  who works on it in the centre
 * @property {string|null} assigned_group
 * @property {string|null} parent  the ticket under which it stands
 * @property {boolean} follows_parent  it moves as that one is moved
 * @property {number} children
 * @property {string|null} priority_by  who gave it its priority; none where impact and urgency do
 * @property {string|null} site_down_at
 * @property {number} version
 *
 * @typedef {object} Need
 * @property {string} id
 * @property {string} ticket
 * @property {string} site
 * @property {string|null} site_name
 * @property {string|null} region
 * @property {string|null} time_zone
 * @property {string} kind
 * @property {string} alarm_type
 * @property {string} summary
 * @property {string[]} skills
 * @property {number} priority
 * @property {string|null} deadline
 * @property {string|null} site_down_at
 * @property {"open"|"met"|"healed"|"cancelled"} state
 * @property {string} opened_at
 * @property {string|null} ended_at
 * @property {number} version
 *
 * @typedef {"offered"|"accepted"|"declined"|"expired"|"en_route"|"on_site"|"done"|"failed"|"withdrawn"} WorkOrderState
 *
 * @typedef {object} WorkOrder
 * @property {string} id
 * @property {string} technician
 * @property {string|null} technician_name
 * @property {string} ticket
 * @property {string} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 * @property {string[]} needs
 * @property {WorkOrderState} state
 * @property {number} priority
 * @property {string} summary
 * @property {string} offered_at
 * @property {string|null} offer_expires_at
 * @property {string|null} accepted_at
 * @property {string|null} en_route_at
 * @property {string|null} on_site_at
 * @property {string|null} ended_at
 * @property {number} travel_minutes
 * @property {number} distance_km
 * @property {string} planned_arrival_at
 * @property {string|null} region
 * @property {string[]} mates  who goes along
 * @property {boolean} called  one of several offers, to whoever accepts first
 * @property {string|null} estimated_at  when somebody under way should be there
 * @property {string|null} asked_to_return_at
 * @property {Record<string, unknown>} explanation
 * @property {string} given_by
 * @property {string} reason
 * @property {number} version
 *
 * @typedef {object} WaitingNeed
 * @property {string} id
 * @property {string} code
 * @property {string} hint
 * @property {string} since
 * @property {string} next_try_at
 * @property {Record<string, unknown>} explanation
 *
 * @typedef {object} Technician
 * @property {string} id
 * @property {string} name
 * @property {string} phone
 * @property {string} region
 * @property {string} role
 * @property {string[]} skills
 * @property {string} shift
 * @property {number} generators
 * @property {string} company
 * @property {number} latitude
 * @property {number} longitude
 * @property {string|null} position_at
 * @property {number|null} accuracy  metres
 * @property {number} version
 *
 * @typedef {object} Silence
 * @property {string} id
 * @property {"maintenance"|"shelf"} kind
 * @property {number} place  the first that matches, in this order, holds
 * @property {string} title
 * @property {string} reason
 * @property {string[]} sites
 * @property {string[]} regions
 * @property {string[]} resources  patterns
 * @property {string[]} alarm_types
 * @property {string} starts_at
 * @property {string|null} ends_at
 * @property {string} weekly  such as Sun 02:00-04:00 in time_zone
 * @property {string} time_zone
 * @property {string|null} ticket
 * @property {string} made_at
 * @property {string} made_by
 * @property {string|null} ended_at
 * @property {string} ended_by
 * @property {boolean} holds  it silences now
 * @property {string|null} changes_at  when that becomes otherwise
 * @property {number} version
 *
 * @typedef {object} Site
 * @property {string} id
 * @property {string} name
 * @property {number} latitude
 * @property {number} longitude
 * @property {string} domain
 * @property {string} region
 * @property {string} site_class
 * @property {string[]} tenants
 * @property {number} battery_hours
 * @property {string} power_feed
 * @property {string} time_zone
 * @property {boolean} gateway
 * @property {string} access
 *
 * @typedef {object} Link
 * @property {string} id
 * @property {string} upstream_site
 * @property {string} downstream_site
 * @property {string} medium
 *
 * @typedef {object} Complaint
 * @property {string} id
 * @property {string} state
 * @property {string} channel
 * @property {string} text
 * @property {string} phone
 * @property {string|null} customer
 * @property {string|null} customer_name
 * @property {boolean} vip
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 * @property {number|null} latitude
 * @property {number|null} longitude
 * @property {string|null} incident
 * @property {string} link_reason
 * @property {string} registered_at
 * @property {string} registered_by
 * @property {string|null} promised_at
 * @property {string|null} restored_at
 * @property {number} version
 */

export {};
