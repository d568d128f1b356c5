-- What packages may read of each other, and what the APIs and the change feed show: to_jsonb(row) of these views *is*
-- the object on the wire. Every view has an id; names are the glossary's.

CREATE SCHEMA views;

CREATE VIEW views.site AS
    SELECT site_id AS id, name, latitude, longitude, region, domain, site_class, tenants, battery_hours, power_feed,
           time_zone, gateway, access, load_kw
    FROM core.site WHERE retired_at IS NULL;

CREATE VIEW views.resource AS
    SELECT site_id || '/' || resource AS id, site_id AS site, resource, kind, address, profile, realm, tenant, monitored_by
    FROM core.resource WHERE retired_at IS NULL;

CREATE VIEW views.link AS
    SELECT link_id AS id, upstream_site_id AS upstream_site, downstream_site_id AS downstream_site, medium, resource,
           downstream_resource, capacity
    FROM core.link WHERE retired_at IS NULL;

CREATE VIEW views.power_feed AS
    SELECT feed_id AS id, name, region, utility_contact FROM core.power_feed WHERE retired_at IS NULL;

CREATE VIEW views.customer AS
    SELECT customer_id AS id, name, phone, phone_digits, latitude, longitude, serving_sites, vip, tenant, type, products, manager
    FROM core.customer WHERE retired_at IS NULL;

CREATE VIEW views.alarm AS
    SELECT a.alarm_id AS id, nullif(a.site_id, '') AS site, s.name AS site_name, s.region, s.time_zone, a.resource,
           a.alarm_type, a.qualifier, a.domain, a.severity, a.text, a.source, a.details,
           CASE WHEN a.cleared_at IS NULL THEN 'active' ELSE 'cleared' END AS state,
           a.raised_at, a.received_at, a.changed_at, a.cleared_at, a.cleared_by, a.count,
           a.incident_id AS incident, a.cause_alarm_id AS cause_alarm, a.cause_reason,
           a.acknowledged_at, a.acknowledged_by, a.shelved_until, a.shelved_by, a.version
    FROM correlation.alarm a LEFT JOIN core.site s ON s.site_id = a.site_id;

CREATE VIEW views.alarm_comment AS
    SELECT alarm_id AS alarm, at, actor, text FROM correlation.alarm_comment;

CREATE VIEW views.outage AS
    SELECT o.incident_id || '/' || o.site_id AS id, o.incident_id AS incident, o.site_id AS site, s.name AS site_name,
           s.region, s.time_zone, s.domain, o.reason, o.predicted_at AS site_down_at, o.started_at, o.ended_at
    FROM correlation.outage o LEFT JOIN core.site s ON s.site_id = o.site_id;

CREATE VIEW views.ticket AS
    SELECT t.ticket_id AS id, t.origin, t.incident_id AS incident, nullif(t.site_id, '') AS site, s.name AS site_name,
           s.region, s.time_zone, t.domain, t.state, t.priority, t.title, t.text, t.opened_at, t.opened_by,
           t.in_progress_at, t.resolved_at, t.closed_at, t.duplicate_of, t.hold_reason, t.hold_until,
           t.resolution_proposed_at, t.cause, t.result, t.responsible_party, t.version,
           (SELECT min(n.site_down_at) FROM correlation.need n WHERE n.ticket_id = t.ticket_id AND n.state = 'open')
               AS site_down_at,
           -- every region that it touches: who may see it
           ARRAY(SELECT s.region WHERE s.region IS NOT NULL
                 UNION SELECT p.region FROM correlation.need n JOIN core.site p ON p.site_id = n.site_id
                       WHERE n.ticket_id = t.ticket_id ORDER BY 1) AS regions
    FROM correlation.ticket t LEFT JOIN core.site s ON s.site_id = t.site_id;

CREATE VIEW views.ticket_note AS
    SELECT ticket_id AS ticket, at, actor, kind, text FROM correlation.ticket_note;

CREATE VIEW views.need AS
    SELECT n.need_id AS id, n.ticket_id AS ticket, n.site_id AS site, s.name AS site_name, s.region, s.time_zone, n.domain,
           n.kind, n.alarm_type, n.summary, n.skills, n.priority, n.weight, n.service_minutes, n.deadline, n.site_down_at,
           n.state, n.opened_at, n.ended_at, n.version
    FROM correlation.need n LEFT JOIN core.site s ON s.site_id = n.site_id;

CREATE VIEW views.incident AS
    SELECT i.incident_id AS id, i.state, i.domain, nullif(i.root_site_id, '') AS site, r.name AS site_name, r.region,
           r.time_zone, i.title, i.severity, i.opened_at, i.closed_at,
           jsonb_build_object('kind', i.root_kind, 'alarm', i.root_alarm_id, 'site', nullif(i.root_site_id, ''),
               'resource', i.root_resource, 'alarm_type', i.root_alarm_type, 'qualifier', i.root_qualifier,
               'reason', i.root_reason) AS root,
           i.merged_into, i.alarm_count,
           (SELECT t.ticket_id FROM correlation.ticket t WHERE t.incident_id = i.incident_id
             AND t.state NOT IN ('cancelled', 'rejected')) AS ticket,
           coalesce((SELECT jsonb_agg(jsonb_build_object('site', o.site_id, 'site_name', s.name, 'region', s.region,
               'reason', o.reason, 'site_down_at', o.predicted_at, 'started_at', o.started_at, 'ended_at', o.ended_at)
               ORDER BY o.site_id)
             FROM correlation.outage o LEFT JOIN core.site s ON s.site_id = o.site_id WHERE o.incident_id = i.incident_id), '[]'::jsonb) AS outages,
           -- every region that it touches: who may see it
           ARRAY(SELECT s.region FROM core.site s WHERE s.site_id = i.root_site_id
                 UNION SELECT s.region FROM correlation.outage o JOIN core.site s ON s.site_id = o.site_id
                       WHERE o.incident_id = i.incident_id ORDER BY 1) AS regions,
           i.version
    FROM correlation.incident i LEFT JOIN core.site r ON r.site_id = i.root_site_id;

CREATE VIEW views.work_order AS
    SELECT w.work_order_id AS id, w.technician_id AS technician, t.name AS technician_name, w.manager_id AS manager,
           w.ticket_id AS ticket, w.site_id AS site, s.name AS site_name, s.latitude, s.longitude, s.region, s.time_zone,
           s.access, w.domain, w.need_ids AS needs, w.state, w.priority, w.summary, w.offered_at, w.offer_expires_at,
           w.accepted_at, w.en_route_at, w.on_site_at, w.ended_at, w.travel_minutes, w.distance_km, w.planned_arrival_at,
           w.asked_to_return_at, w.explanation, w.given_by, w.reason, w.cause, w.result, w.version
    FROM dispatch.work_order w
    LEFT JOIN core.site s ON s.site_id = w.site_id
    LEFT JOIN core.technician t ON t.technician_id = w.technician_id;

CREATE VIEW views.work_order_step AS
    SELECT work_order_id AS work_order, at, recorded_at, actor, state, latitude, longitude, note
    FROM dispatch.work_order_step;

CREATE VIEW views.waiting_need AS
    SELECT w.need_id AS id, n.ticket_id AS ticket, n.site_id AS site, s.region, n.domain, w.code, w.hint, w.since,
           w.next_try_at, w.explanation
    FROM dispatch.waiting_need w
    LEFT JOIN correlation.need n ON n.need_id = w.need_id
    LEFT JOIN core.site s ON s.site_id = n.site_id;

CREATE VIEW views.technician AS
    SELECT t.technician_id AS id, t.name, t.phone, t.region, t.role, t.manager_id AS manager, t.skills, t.shift,
           t.generators, t.company, t.languages,
           -- home to a hundredth of a degree, about a kilometre: the part of the town, not the door
           coalesce(p.latitude, round(t.home_latitude::numeric, 2)::float8) AS latitude,
           coalesce(p.longitude, round(t.home_longitude::numeric, 2)::float8) AS longitude,
           p.position_at, p.accuracy, coalesce(p.version, 0) AS version
    FROM core.technician t LEFT JOIN dispatch.technician_state p ON p.technician_id = t.technician_id
    WHERE t.retired_at IS NULL;

-- Beside views.technician, not in it: where somebody lives is for planning, not for every screen.
CREATE VIEW views.technician_home AS
    SELECT technician_id AS id, home_latitude, home_longitude, generator_kva FROM core.technician WHERE retired_at IS NULL;

CREATE VIEW views.complaint AS
    SELECT c.complaint_id AS id, c.state, c.channel, c.text, c.phone, nullif(c.customer_id, '') AS customer,
           k.name AS customer_name, coalesce(k.vip, false) AS vip, nullif(c.site_id, '') AS site, s.name AS site_name, s.region,
           s.time_zone, c.domain, c.latitude, c.longitude, c.incident_id AS incident, c.link_reason, c.registered_at,
           c.registered_by, c.promised_at, c.restored_at, c.version
    FROM complaints.complaint c
    LEFT JOIN core.customer k ON k.customer_id = c.customer_id
    LEFT JOIN core.site s ON s.site_id = c.site_id;

CREATE VIEW views.inventory AS
    SELECT version::text AS id, version, loaded_at FROM core.inventory_version;
