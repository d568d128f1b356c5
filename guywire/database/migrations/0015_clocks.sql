-- SLA clocks and who is told when they run out. Written by dispatch alone.

CREATE TABLE dispatch.clock (
    clock_id text PRIMARY KEY,
    ticket_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('accept', 'arrive', 'restore')),
    -- accept and arrive are a need's, restore is the ticket's own
    need_id text NOT NULL DEFAULT '',
    site_id text NOT NULL DEFAULT '',
    region text NOT NULL DEFAULT '',
    domain text NOT NULL,
    started_at timestamptz NOT NULL,
    -- what was promised: minutes by a calendar (its hours as JSON, '' for always) in a zone
    term_minutes integer NOT NULL,
    calendar text NOT NULL DEFAULT '',
    time_zone text NOT NULL,
    -- whose contract; '' for the house's own term
    tenant text NOT NULL DEFAULT '',
    severity text NOT NULL,
    site_class text NOT NULL,
    extended_minutes integer NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'stopped')),
    -- null: paused without an end
    due_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    stop_reason text NOT NULL DEFAULT '',
    -- as of the last look; what it came to, once it has stopped
    elapsed_seconds bigint NOT NULL DEFAULT 0,
    -- how many rungs of the ladder its time has passed
    steps integer NOT NULL DEFAULT 0,
    -- when something becomes of it by itself
    look_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX clock_ticket ON dispatch.clock (ticket_id);
CREATE INDEX clock_need ON dispatch.clock (need_id);
CREATE INDEX clock_due ON dispatch.clock (due_at) WHERE stopped_at IS NULL;

-- A stretch that does not count: by a person, with the ticket, with hindsight, or while it was over.
CREATE TABLE dispatch.clock_pause (
    pause_id text PRIMARY KEY,
    clock_id text NOT NULL REFERENCES dispatch.clock,
    how text NOT NULL CHECK (how IN ('pause', 'ticket', 'exemption', 'over')),
    reason text NOT NULL,
    note text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    until timestamptz,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT ''
);
CREATE INDEX clock_pause_clock ON dispatch.clock_pause (clock_id);

CREATE TABLE dispatch.extension (
    extension_id text PRIMARY KEY,
    ticket_id text NOT NULL,
    kind text NOT NULL,
    -- '' for all of the ticket's clocks of the kind
    need_id text NOT NULL DEFAULT '',
    minutes integer NOT NULL,
    reason text NOT NULL,
    evidence text NOT NULL DEFAULT '',
    photos text[] NOT NULL DEFAULT '{}',
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    technician_id text NOT NULL DEFAULT '',
    -- null until it is decided
    granted boolean,
    granted_minutes integer NOT NULL DEFAULT 0,
    decided_at timestamptz,
    decided_by text NOT NULL DEFAULT '',
    decision_reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX extension_ticket ON dispatch.extension (ticket_id);

-- One person told that a clock runs out; '' where a level had nobody.
CREATE TABLE dispatch.climb (
    climb_id text PRIMARY KEY,
    ticket_id text NOT NULL,
    kind text NOT NULL,
    level text NOT NULL CHECK (level IN ('area', 'city', 'province', 'headquarters')),
    region text NOT NULL,
    clock_id text NOT NULL,
    person_id text NOT NULL,
    at timestamptz NOT NULL,
    reply_by timestamptz,
    words jsonb NOT NULL,
    -- technicians who may not have heard of the order: call them by voice
    no_coverage text[] NOT NULL DEFAULT '{}',
    answered_at timestamptz,
    answered_by text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '' CHECK (answer IN ('', 'seen', 'answered', 'for_them')),
    note text NOT NULL DEFAULT '',
    -- nobody answered in time, and the next was told
    passed_at timestamptz,
    passed_why text NOT NULL DEFAULT '' CHECK (passed_why IN ('', 'unreachable', 'no_coverage', 'nobody')),
    over_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX climb_ticket ON dispatch.climb (ticket_id);
CREATE INDEX climb_open ON dispatch.climb (ticket_id) WHERE over_at IS NULL;
CREATE INDEX climb_person ON dispatch.climb (person_id, at DESC);

CREATE TABLE dispatch.urge (
    urge_id text PRIMARY KEY,
    ticket_id text NOT NULL,
    at timestamptz NOT NULL,
    urged_by text NOT NULL,
    text text NOT NULL DEFAULT '',
    told text[] NOT NULL DEFAULT '{}',
    -- where the ticket stood: no_order, offered, under_way
    stands text NOT NULL,
    over_at timestamptz
);
CREATE INDEX urge_ticket ON dispatch.urge (ticket_id);
CREATE INDEX urge_open ON dispatch.urge (ticket_id) WHERE over_at IS NULL;

-- When all clocks were looked at last; in between only those of which a batch speaks are.
CREATE TABLE dispatch.clock_round (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    at timestamptz NOT NULL DEFAULT 'epoch'
);
INSERT INTO dispatch.clock_round DEFAULT VALUES;

CREATE VIEW views.contract AS
    SELECT tenant || '/' || region || '/' || severity AS id, tenant, region, severity, accept_minutes, arrive_minutes,
           restore_minutes, calendar, voltage_low, voltage_high, availability
    FROM core.contract;

CREATE VIEW views.clock AS
    SELECT c.clock_id AS id, c.ticket_id AS ticket, c.kind, nullif(c.need_id, '') AS need, nullif(c.site_id, '') AS site,
           s.name AS site_name, c.region, c.time_zone, c.domain, c.state, c.started_at, c.due_at, c.breached_at, c.stopped_at,
           nullif(c.stop_reason, '') AS stop_reason, c.elapsed_seconds, c.term_minutes, c.extended_minutes,
           nullif(c.tenant, '') AS tenant, c.severity, c.site_class, nullif(c.calendar, '')::jsonb AS calendar,
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.pause_id, 'how', p.how, 'reason', p.reason, 'note', p.note,
                   'since', p.since, 'until', p.until, 'made_at', p.made_at, 'made_by', p.made_by, 'ended_at', p.ended_at,
                   'ended_by', nullif(p.ended_by, '')) ORDER BY p.since, p.pause_id)
               FROM dispatch.clock_pause p WHERE p.clock_id = c.clock_id), '[]'::jsonb) AS pauses,
           -- every region that it touches: who may see it
           CASE WHEN c.need_id <> '' THEN ARRAY[c.region]
                ELSE coalesce((SELECT t.regions FROM views.ticket t WHERE t.id = c.ticket_id), ARRAY[c.region]) END AS regions,
           c.version
    FROM dispatch.clock c LEFT JOIN core.site s ON s.site_id = c.site_id;

CREATE VIEW views.extension AS
    SELECT e.extension_id AS id, e.ticket_id AS ticket, t.title, t.site, t.site_name, t.domain, t.regions, e.kind,
           nullif(e.need_id, '') AS need, e.minutes, e.reason, e.evidence, e.photos, e.asked_at, e.asked_by,
           nullif(e.technician_id, '') AS technician,
           CASE WHEN e.granted IS NULL THEN 'asked' WHEN e.granted THEN 'granted' ELSE 'refused' END AS state,
           e.granted_minutes, e.decided_at, nullif(e.decided_by, '') AS decided_by, e.decision_reason, e.version
    FROM dispatch.extension e LEFT JOIN views.ticket t ON t.id = e.ticket_id;

CREATE VIEW views.climb AS
    SELECT c.climb_id AS id, c.ticket_id AS ticket, t.title, t.site, t.site_name, t.domain, t.regions, c.kind, c.level,
           -- the part of the region tree that its level answers for
           c.region AS region_at_level, c.clock_id AS clock, nullif(c.person_id, '') AS person, p.name AS person_name,
           p.phone AS person_phone, c.at, c.reply_by, c.words, c.no_coverage, c.answered_at,
           nullif(c.answered_by, '') AS answered_by, nullif(c.answer, '') AS answer, c.note, c.passed_at,
           nullif(c.passed_why, '') AS passed_why, c.over_at,
           CASE WHEN c.over_at IS NOT NULL THEN 'over' WHEN c.answered_at IS NOT NULL THEN 'answered'
                WHEN c.passed_at IS NOT NULL THEN c.passed_why ELSE 'asked' END AS state,
           c.version
    FROM dispatch.climb c
    LEFT JOIN views.ticket t ON t.id = c.ticket_id
    LEFT JOIN core.technician p ON p.technician_id = c.person_id;

CREATE VIEW views.urge AS
    SELECT u.urge_id AS id, u.ticket_id AS ticket, t.title, t.site, t.site_name, t.domain, t.regions, u.at, u.urged_by,
           u.text, u.told, u.stands, u.over_at,
           (SELECT count(*) FROM dispatch.urge o WHERE o.ticket_id = u.ticket_id AND (o.at, o.urge_id) <= (u.at, u.urge_id))
               AS times
    FROM dispatch.urge u LEFT JOIN views.ticket t ON t.id = u.ticket_id;
