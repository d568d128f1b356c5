-- What an alarm says of its own life, what is silent and why, what operators corrected, and what batteries have left.
-- Written by alarm_correlation alone.

ALTER TABLE correlation.alarm
    -- held as one while its device says raise and clear in turns: since when, and how many changes an hour
    ADD COLUMN chattering_since timestamptz,
    ADD COLUMN chatter_rate double precision NOT NULL DEFAULT 0,
    -- stands for longer than a day (ISA-18.2): since when it counts as stale
    ADD COLUMN stale_since timestamptz,
    -- an operator is done with it (RFC 8632, operator state closed): apart from cleared
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN closed_by text NOT NULL DEFAULT '',
    -- why it does not speak: '' for one that does; delay, shelved, shelf:<id>, maintenance:<id>, symptom:<alarm>
    ADD COLUMN silenced_by text NOT NULL DEFAULT '',
    ADD COLUMN silenced_until timestamptz;

ALTER TABLE correlation.outage
    ADD COLUMN predicted_earliest timestamptz,
    ADD COLUMN predicted_latest timestamptz,
    -- what the prediction rests on: stated, load, voltage, history
    ADD COLUMN prediction_basis text NOT NULL DEFAULT '',
    -- as of when: what was measured later had not moved it noticeably
    ADD COLUMN predicted_from timestamptz;

ALTER TABLE correlation.incident
    ADD COLUMN root_confirmed_at timestamptz,
    ADD COLUMN root_confirmed_by text NOT NULL DEFAULT '';

ALTER TABLE correlation.ticket
    -- ITIL: 1 the greatest; priority is made of both
    ADD COLUMN impact integer,
    ADD COLUMN urgency integer,
    ADD COLUMN customers integer NOT NULL DEFAULT 0,
    -- whose fault it seems to be, until somebody settles it at closing
    ADD COLUMN proposed_party text NOT NULL DEFAULT '',
    ADD COLUMN proposed_party_reason text NOT NULL DEFAULT '';

-- Planned silence (a maintenance window) or a standing one (a shelf). The first that matches, in order of place, holds.
CREATE TABLE correlation.silence (
    silence_id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('maintenance', 'shelf')),
    place integer NOT NULL DEFAULT 0,
    title text NOT NULL,
    reason text NOT NULL DEFAULT '',
    sites text[] NOT NULL DEFAULT '{}',
    regions text[] NOT NULL DEFAULT '{}',
    resources text[] NOT NULL DEFAULT '{}',
    alarm_types text[] NOT NULL DEFAULT '{}',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    -- such as 'Sun 02:00-04:00' in time_zone; empty: all the time between starts_at and ends_at
    weekly text NOT NULL DEFAULT '',
    time_zone text NOT NULL DEFAULT 'UTC',
    ticket_id text REFERENCES correlation.ticket DEFERRABLE INITIALLY DEFERRED,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    -- whether it silences anything now, and when that changes next; kept true by its stage
    holds boolean NOT NULL DEFAULT false,
    changes_at timestamptz,
    version integer NOT NULL DEFAULT 1
);

-- What an operator knows better: that an alarm is a root, or that another alarm caused it. Holds until it is withdrawn.
CREATE TABLE correlation.correction (
    correction_id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('root', 'under')),
    alarm_id text NOT NULL,
    cause_alarm_id text,
    -- what the correlator had said before: learning counts both
    instead_of text,
    incident_id text NOT NULL,
    comment text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text NOT NULL DEFAULT ''
);
CREATE INDEX correction_alarm ON correlation.correction (alarm_id);
CREATE INDEX correction_incident ON correlation.correction (incident_id);

CREATE OR REPLACE VIEW views.alarm AS
    SELECT a.alarm_id AS id, nullif(a.site_id, '') AS site, s.name AS site_name, s.region, s.time_zone, a.resource,
           a.alarm_type, a.qualifier, a.domain, a.severity, a.text, a.source, a.details,
           CASE WHEN a.cleared_at IS NULL THEN 'active' ELSE 'cleared' END AS state,
           a.raised_at, a.received_at, a.changed_at, a.cleared_at, a.cleared_by, a.count,
           a.incident_id AS incident, a.cause_alarm_id AS cause_alarm, a.cause_reason,
           a.acknowledged_at, a.acknowledged_by, a.shelved_until, a.shelved_by, a.version, a.baseline,
           a.chattering_since, a.chatter_rate, a.stale_since, a.closed_at, a.closed_by, a.silenced_by, a.silenced_until
    FROM correlation.alarm a LEFT JOIN core.site s ON s.site_id = a.site_id;

CREATE OR REPLACE VIEW views.outage AS
    SELECT o.incident_id || '/' || o.site_id AS id, o.incident_id AS incident, o.site_id AS site, s.name AS site_name,
           s.region, s.time_zone, s.domain, o.reason, o.predicted_at AS site_down_at, o.started_at, o.ended_at,
           o.predicted_earliest AS site_down_earliest, o.predicted_latest AS site_down_latest, o.prediction_basis
    FROM correlation.outage o LEFT JOIN core.site s ON s.site_id = o.site_id;

CREATE OR REPLACE VIEW views.incident AS
    SELECT i.incident_id AS id, i.state, i.domain, nullif(i.root_site_id, '') AS site, r.name AS site_name, r.region,
           r.time_zone, i.title, i.severity, i.opened_at, i.closed_at,
           jsonb_build_object('kind', i.root_kind, 'alarm', i.root_alarm_id, 'site', nullif(i.root_site_id, ''),
               'resource', i.root_resource, 'alarm_type', i.root_alarm_type, 'qualifier', i.root_qualifier,
               'reason', i.root_reason, 'confirmed_at', i.root_confirmed_at,
               'confirmed_by', nullif(i.root_confirmed_by, '')) AS root,
           i.merged_into, i.alarm_count,
           (SELECT t.ticket_id FROM correlation.ticket t WHERE t.incident_id = i.incident_id
             AND t.state NOT IN ('cancelled', 'rejected')) AS ticket,
           coalesce((SELECT jsonb_agg(jsonb_build_object('site', o.site_id, 'site_name', s.name, 'region', s.region,
               'reason', o.reason, 'site_down_at', o.predicted_at, 'site_down_earliest', o.predicted_earliest,
               'site_down_latest', o.predicted_latest, 'prediction_basis', o.prediction_basis,
               'started_at', o.started_at, 'ended_at', o.ended_at)
               ORDER BY o.site_id)
             FROM correlation.outage o LEFT JOIN core.site s ON s.site_id = o.site_id WHERE o.incident_id = i.incident_id), '[]'::jsonb) AS outages,
           -- every region that it touches: who may see it
           ARRAY(SELECT s.region FROM core.site s WHERE s.site_id = i.root_site_id
                 UNION SELECT s.region FROM correlation.outage o JOIN core.site s ON s.site_id = o.site_id
                       WHERE o.incident_id = i.incident_id ORDER BY 1) AS regions,
           i.version
    FROM correlation.incident i LEFT JOIN core.site r ON r.site_id = i.root_site_id;

CREATE OR REPLACE VIEW views.ticket AS
    SELECT t.ticket_id AS id, t.origin, t.incident_id AS incident, nullif(t.site_id, '') AS site, s.name AS site_name,
           s.region, s.time_zone, t.domain, t.state, t.priority, t.title, t.text, t.opened_at, t.opened_by,
           t.in_progress_at, t.resolved_at, t.closed_at, t.duplicate_of, t.hold_reason, t.hold_until,
           t.resolution_proposed_at, t.cause, t.result, t.responsible_party, t.version,
           (SELECT min(n.site_down_at) FROM correlation.need n WHERE n.ticket_id = t.ticket_id AND n.state = 'open')
               AS site_down_at,
           -- every region that it touches: who may see it
           ARRAY(SELECT s.region WHERE s.region IS NOT NULL
                 UNION SELECT p.region
                       FROM (SELECT DISTINCT n.site_id FROM correlation.need n WHERE n.ticket_id = t.ticket_id) d
                       JOIN core.site p USING (site_id) ORDER BY 1) AS regions,
           t.impact, t.urgency, t.customers, t.proposed_party, t.proposed_party_reason
    FROM correlation.ticket t LEFT JOIN core.site s ON s.site_id = t.site_id;

CREATE VIEW views.silence AS
    SELECT silence_id AS id, kind, place, title, reason, sites, regions, resources, alarm_types, starts_at, ends_at,
           weekly, time_zone, ticket_id AS ticket, made_at, made_by, ended_at, ended_by, version, holds, changes_at,
           -- every region that it touches, none where it names no place: who may see it
           ARRAY(SELECT r FROM unnest(regions) r
                 UNION SELECT s.region FROM core.site s WHERE s.site_id = ANY(sites) ORDER BY 1) AS touches
    FROM correlation.silence;

CREATE VIEW views.correction AS
    SELECT correction_id AS id, kind, alarm_id AS alarm, cause_alarm_id AS cause_alarm, instead_of,
           incident_id AS incident, comment, made_at, made_by, withdrawn_at, withdrawn_by
    FROM correlation.correction;

-- What was heard of an alarm (RFC 8632, status-change): one row an event, with the time at its source and of its receipt.
CREATE VIEW views.alarm_event AS
    SELECT e.collector || '/' || e.domain || '/' || e.spool || '/' || e.seq AS id, e.alarm_id AS alarm, e.at,
           e.received_at, e.severity, e.text, e.count, e.baseline, e.source, e.collector, e.details
    FROM correlation.alarm_event e;

-- How long batteries carried their sites: what a forecast learns from. A discharge that emptied none is a bound.
CREATE TABLE correlation.battery_history (
    site_id text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    -- when something carried the site again; null while nothing does
    over_at timestamptz,
    emptied boolean NOT NULL,
    -- hours at the load for which stated_hours hold
    used_hours double precision NOT NULL,
    stated_hours double precision NOT NULL,
    -- shares of the full battery
    charge_before double precision NOT NULL,
    charge_left double precision NOT NULL,
    load_kw double precision,
    PRIMARY KEY (site_id, began_at)
);
