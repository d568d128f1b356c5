-- Written by alarm_correlation alone: alarms, incidents, tickets, needs, and how far each collector's stream was taken in.

CREATE SCHEMA correlation;

-- Committed with the effect of the events up to seq; a collector whose spool was made anew counts from 1 again.
CREATE TABLE correlation.high_water (
    collector text NOT NULL,
    domain text NOT NULL,
    spool text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (collector, domain)
);

-- The last number given to each kind of id, so that an id is never given twice.
CREATE TABLE correlation.counter (
    kind text PRIMARY KEY,
    last bigint NOT NULL
);

-- Every event that was taken in, once. Its sum over an alarm is the alarm's count.
SELECT core.create_series('correlation.alarm_event', $$
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    collector text NOT NULL,
    domain text NOT NULL,
    spool text NOT NULL,
    seq bigint NOT NULL,
    site_id text NOT NULL,
    resource text NOT NULL,
    alarm_type text NOT NULL,
    qualifier text NOT NULL,
    severity text NOT NULL,
    text text NOT NULL,
    source text NOT NULL,
    details jsonb NOT NULL,
    alarm_id text,
    PRIMARY KEY (collector, domain, spool, seq, at)
$$);
CREATE INDEX alarm_event_alarm ON correlation.alarm_event (alarm_id, at);
CREATE INDEX alarm_event_received ON correlation.alarm_event (received_at);

CREATE TABLE correlation.incident (
    incident_id text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('open', 'closed', 'merged')),
    domain text NOT NULL,
    title text NOT NULL,
    severity text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    root_kind text NOT NULL CHECK (root_kind IN ('alarm', 'inferred')),
    root_alarm_id text,
    root_site_id text NOT NULL DEFAULT '',
    root_resource text NOT NULL,
    root_alarm_type text NOT NULL,
    root_qualifier text NOT NULL DEFAULT '',
    root_reason text NOT NULL DEFAULT '',
    merged_into text,
    alarm_count integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX incident_open ON correlation.incident (opened_at) WHERE state = 'open';

CREATE TABLE correlation.alarm (
    alarm_id text PRIMARY KEY,
    site_id text NOT NULL,
    resource text NOT NULL,
    alarm_type text NOT NULL,
    qualifier text NOT NULL,
    domain text NOT NULL,
    severity text NOT NULL,
    text text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    details jsonb NOT NULL DEFAULT '{}',
    raised_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    cleared_at timestamptz,
    cleared_by text NOT NULL DEFAULT '',
    count integer NOT NULL DEFAULT 1,
    incident_id text REFERENCES correlation.incident DEFERRABLE INITIALLY DEFERRED,
    cause_alarm_id text,
    cause_reason text NOT NULL DEFAULT '',
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    shelved_until timestamptz,
    shelved_by text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    -- the occurrence as it was when its events left the reorder window; what came after is folded over it
    settled jsonb
);
CREATE INDEX alarm_active ON correlation.alarm (raised_at DESC, alarm_id) WHERE cleared_at IS NULL;
CREATE INDEX alarm_cleared ON correlation.alarm (cleared_at) WHERE cleared_at IS NOT NULL;
CREATE INDEX alarm_identity ON correlation.alarm (site_id, resource, alarm_type, qualifier);
CREATE INDEX alarm_incident ON correlation.alarm (incident_id);
-- as views.alarm writes its site, so that "what stands at these sites?" finds it
CREATE INDEX alarm_active_site ON correlation.alarm (nullif(site_id, '')) WHERE cleared_at IS NULL;

CREATE TABLE correlation.alarm_comment (
    alarm_id text NOT NULL REFERENCES correlation.alarm,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    text text NOT NULL
);
CREATE INDEX alarm_comment_alarm ON correlation.alarm_comment (alarm_id, at);

-- A site that an incident takes down, or will: predicted_at is site_down_at while it has not happened.
CREATE TABLE correlation.outage (
    incident_id text NOT NULL REFERENCES correlation.incident DEFERRABLE INITIALLY DEFERRED,
    site_id text NOT NULL,
    reason text NOT NULL DEFAULT '',
    predicted_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (incident_id, site_id)
);
CREATE INDEX outage_site ON correlation.outage (site_id) WHERE ended_at IS NULL;
CREATE INDEX outage_ended ON correlation.outage (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE correlation.ticket (
    ticket_id text PRIMARY KEY,
    origin text NOT NULL UNIQUE,
    incident_id text REFERENCES correlation.incident DEFERRABLE INITIALLY DEFERRED,
    site_id text NOT NULL DEFAULT '',
    domain text NOT NULL,
    state text NOT NULL,
    priority integer NOT NULL CHECK (priority BETWEEN 1 AND 4),
    title text NOT NULL,
    text text NOT NULL DEFAULT '',
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    in_progress_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    duplicate_of text,
    hold_reason text NOT NULL DEFAULT '',
    hold_until timestamptz,
    resolution_proposed_at timestamptz,
    cause text NOT NULL DEFAULT '',
    result text NOT NULL DEFAULT '',
    responsible_party text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX ticket_one_per_incident ON correlation.ticket (incident_id)
    WHERE state NOT IN ('cancelled', 'rejected');
CREATE INDEX ticket_open ON correlation.ticket (opened_at) WHERE state NOT IN ('closed', 'cancelled', 'rejected');

CREATE TABLE correlation.ticket_note (
    ticket_id text NOT NULL REFERENCES correlation.ticket,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL
);
CREATE INDEX ticket_note_ticket ON correlation.ticket_note (ticket_id, at);

CREATE TABLE correlation.need (
    need_id text PRIMARY KEY,
    ticket_id text NOT NULL REFERENCES correlation.ticket,
    site_id text NOT NULL,
    domain text NOT NULL,
    kind text NOT NULL,
    alarm_type text NOT NULL DEFAULT '',
    summary text NOT NULL,
    skills text[] NOT NULL DEFAULT '{}',
    priority integer NOT NULL,
    weight double precision NOT NULL DEFAULT 1,
    service_minutes integer NOT NULL DEFAULT 45,
    deadline timestamptz,
    site_down_at timestamptz,
    state text NOT NULL CHECK (state IN ('open', 'met', 'healed', 'cancelled')),
    opened_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX need_ticket ON correlation.need (ticket_id);
CREATE INDEX need_open ON correlation.need (opened_at) WHERE state = 'open';
