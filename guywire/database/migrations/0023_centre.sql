-- What the response centre keeps for itself: who works on what, handovers, announcements, reports, procedures, saved
-- views. Written by dashboards alone.

CREATE SCHEMA centre;

-- What was asked under an idempotency key and what it came to; written in the transaction of the effect.
CREATE TABLE centre.request (
    key text PRIMARY KEY,
    -- a digest of what was asked
    asked text NOT NULL,
    object_id text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX request_at ON centre.request (at);

-- One row an incident: who works on it now, or did last.
CREATE TABLE centre.claim (
    incident_id text PRIMARY KEY,
    claimed_by text NOT NULL,
    at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '',
    -- whose it was before somebody took it over
    taken_from text NOT NULL DEFAULT '',
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    end_reason text NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'released', 'closed', 'merged')),
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX claim_standing ON centre.claim (claimed_by) WHERE ended_at IS NULL;

CREATE SEQUENCE centre.handover_number;
CREATE TABLE centre.handover (
    handover_id text PRIMARY KEY DEFAULT 'HO' || nextval('centre.handover_number'),
    -- '' for the whole centre
    region text NOT NULL,
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'handed_over', 'signed')),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    -- [{"at", "by", "text"}]
    notes jsonb NOT NULL DEFAULT '[]',
    -- what was open when it was handed over; empty while it is a draft
    picture jsonb NOT NULL DEFAULT '{}',
    handed_over_at timestamptz,
    handed_over_by text NOT NULL DEFAULT '',
    signed_at timestamptz,
    signed_by text NOT NULL DEFAULT '',
    remarks text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX handover_draft ON centre.handover (region) WHERE state = 'draft';
CREATE INDEX handover_made ON centre.handover (made_at DESC);

CREATE SEQUENCE centre.announcement_number;
CREATE TABLE centre.announcement (
    announcement_id text PRIMARY KEY DEFAULT 'AN' || nextval('centre.announcement_number'),
    kind text NOT NULL CHECK (kind IN ('power_cut', 'weather', 'works')),
    title text NOT NULL,
    text text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    -- the source's own number for it: the same again is a change of it
    reference text NOT NULL DEFAULT '',
    level text NOT NULL DEFAULT '' CHECK (level IN ('', 'blue', 'yellow', 'orange', 'red')),
    regions text[] NOT NULL DEFAULT '{}',
    sites text[] NOT NULL DEFAULT '{}',
    power_feeds text[] NOT NULL DEFAULT '{}',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text NOT NULL DEFAULT '',
    withdrawn_reason text NOT NULL DEFAULT '',
    -- by the inventory as it was when this was last reckoned
    touches text[] NOT NULL DEFAULT '{}',
    sites_concerned integer NOT NULL DEFAULT 0,
    runs_out integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX announcement_reference ON centre.announcement (source, reference) WHERE reference <> '';
CREATE INDEX announcement_ends ON centre.announcement (ends_at) WHERE withdrawn_at IS NULL;

CREATE SEQUENCE centre.situation_report_number;
CREATE TABLE centre.situation_report (
    report_id text PRIMARY KEY DEFAULT 'SR' || nextval('centre.situation_report_number'),
    -- of which of the two it is; the other is ''
    incident_id text NOT NULL DEFAULT '',
    emergency_id text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('first', 'following', 'final')),
    number integer NOT NULL,
    title jsonb NOT NULL,
    text jsonb NOT NULL,
    facts jsonb NOT NULL,
    sent_at timestamptz NOT NULL,
    sent_by text NOT NULL,
    UNIQUE (incident_id, emergency_id, number),
    CHECK ((incident_id = '') <> (emergency_id = ''))
);

CREATE SEQUENCE centre.procedure_number;
-- People's versions, which lie over what ships. A version of a procedure that is retired takes it out of use.
CREATE TABLE centre.procedure_version (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure_id text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    alarm_types text[] NOT NULL DEFAULT '{}',
    categories text[] NOT NULL DEFAULT '{}',
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    summary text NOT NULL DEFAULT '',
    steps text[] NOT NULL,
    warnings text[] NOT NULL DEFAULT '{}',
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    note text NOT NULL DEFAULT '',
    retired boolean NOT NULL DEFAULT false,
    UNIQUE (procedure_id, version)
);

CREATE SEQUENCE centre.saved_view_number;
CREATE TABLE centre.saved_view (
    saved_view_id text PRIMARY KEY DEFAULT 'SV' || nextval('centre.saved_view_number'),
    owner text NOT NULL,
    name text NOT NULL,
    search text NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    made_at timestamptz NOT NULL,
    UNIQUE (owner, name)
);

-- Who did what when: how idle somebody is, and who was there. Beside core.audit's own index by object.
CREATE INDEX audit_actor ON core.audit (actor, at DESC);
CREATE INDEX audit_at ON core.audit (at);
CREATE VIEW views.act AS
    SELECT audit_id::text AS id, at, actor, action, object_kind, object_id FROM core.audit;

-- Who can sign in, and when they were last there: each use of a session prolongs it to 12 hours from then
-- (guywire/identity/sign_in.py), written when that is worth it, so this is ten minutes behind at the most.
CREATE VIEW views.account AS
    SELECT a.name AS id, a.role, a.region,
           (SELECT max(least(t.expires_at - interval '12 hours', t.revoked_at)) FROM core.token t
             WHERE t.account = a.name AND t.kind = 'session') AS session_used_at,
           (SELECT max(u.at) FROM core.audit u WHERE u.actor = a.name) AS acted_at
    FROM core.account a WHERE a.disabled_at IS NULL;

CREATE VIEW views.feed_lag AS
    SELECT h.publisher || '/' || c.consumer AS id, h.publisher, c.consumer, h.seq - c.seq AS behind
    FROM core.feed_head h JOIN core.feed_cursor c USING (publisher);

-- When the last event that was taken in from a collector had reached it.
CREATE VIEW views.collector AS
    SELECT w.collector AS id, max(e.received_at) AS heard_at
    FROM correlation.high_water w
    LEFT JOIN LATERAL (SELECT e.received_at FROM correlation.alarm_event e
        WHERE (e.collector, e.domain, e.spool, e.seq) = (w.collector, w.domain, w.spool, w.seq) LIMIT 1) e ON true
    GROUP BY w.collector;

-- How long each site's battery carries it, as far as is known: what its last discharges to the end came to, of the same
-- battery and from more than half full; else what is stated.
CREATE VIEW views.battery AS
    SELECT s.site_id AS id, s.battery_hours AS stated_hours, coalesce(h.hours, s.battery_hours) AS hours
    FROM core.site s CROSS JOIN LATERAL (
        SELECT avg(l.used_hours / l.charge_before) AS hours FROM (
            SELECT used_hours, charge_before FROM correlation.battery_history
            WHERE site_id = s.site_id AND emptied AND charge_before > 0.5 AND stated_hours = s.battery_hours
            ORDER BY began_at DESC LIMIT 3) l) h
    WHERE s.retired_at IS NULL;

-- What closed a fault: the closed ticket of an incident, with the type of its root.
CREATE INDEX incident_fault ON correlation.incident (root_alarm_type, closed_at DESC) WHERE state = 'closed';
CREATE INDEX incident_fault_at ON correlation.incident (root_site_id, root_alarm_type, closed_at DESC) WHERE state = 'closed';
CREATE VIEW views.closed_fault AS
    SELECT i.incident_id AS id, t.ticket_id AS ticket, i.root_alarm_type AS alarm_type, i.root_site_id AS site,
           s.name AS site_name, s.region, i.domain, i.root_resource AS resource, i.closed_at AS fault_closed_at,
           t.opened_at, t.resolved_at, t.closed_at, t.cause, t.result, t.responsible_party
    FROM correlation.incident i
    JOIN correlation.ticket t ON t.incident_id = i.incident_id AND t.state = 'closed'
    LEFT JOIN core.site s ON s.site_id = i.root_site_id
    WHERE i.state = 'closed';

CREATE VIEW views.claim AS
    SELECT c.incident_id AS id, c.incident_id AS incident, coalesce(i.domain, '') AS domain, i.title, i.severity,
           c.claimed_by AS by, c.at, c.note, nullif(c.taken_from, '') AS taken_from,
           CASE WHEN c.ended_at IS NULL THEN 'standing' ELSE 'released' END AS state,
           c.ended_at, nullif(c.ended_by, '') AS ended_by, nullif(c.end_reason, '') AS end_reason,
           -- what the claimer last did, of whatever: who is idle can be relieved
           greatest(c.at, (SELECT max(u.at) FROM core.audit u WHERE u.actor = c.claimed_by)) AS acted_at,
           coalesce(i.regions, '{}') AS regions, c.version
    FROM centre.claim c LEFT JOIN views.incident i ON i.id = c.incident_id;

-- Without the picture: lists and the feed must not carry it.
CREATE VIEW views.handover AS
    SELECT handover_id AS id, ''::text AS domain, region, state, made_at, made_by, notes,
           picture -> 'sentence' AS sentence, handed_over_at, nullif(handed_over_by, '') AS handed_over_by, signed_at,
           nullif(signed_by, '') AS signed_by, remarks, version
    FROM centre.handover;

CREATE VIEW views.announcement AS
    SELECT announcement_id AS id, ''::text AS domain, kind, title, text, source, reference, level, regions, sites,
           power_feeds, starts_at, ends_at, made_at, made_by, withdrawn_at, nullif(withdrawn_by, '') AS withdrawn_by,
           withdrawn_reason, touches, sites_concerned, runs_out, version
    FROM centre.announcement;

CREATE VIEW views.situation_report AS
    SELECT r.report_id AS id, coalesce(i.domain, e.domain, '') AS domain, nullif(r.incident_id, '') AS incident,
           nullif(r.emergency_id, '') AS emergency, r.kind, r.number, r.title, r.text, r.facts, r.sent_at, r.sent_by,
           coalesce(i.regions, ARRAY[e.region]) AS regions
    FROM centre.situation_report r
    LEFT JOIN views.incident i ON i.id = r.incident_id
    LEFT JOIN views.emergency e ON e.id = r.emergency_id;

CREATE VIEW views.procedure_version AS
    SELECT procedure_id || '/' || version AS id, procedure_id AS procedure, version, title, alarm_types, categories,
           language, summary, steps, warnings, made_at, made_by, note, retired, number
    FROM centre.procedure_version;

-- As people last left each; what ships stands in guywire/procedures.
CREATE VIEW views.procedure AS
    SELECT DISTINCT ON (procedure_id) procedure_id AS id, ''::text AS domain, version, title, alarm_types, categories,
           language, summary, steps, warnings, made_at, made_by, note, false AS shipped, NOT retired AS current
    FROM centre.procedure_version ORDER BY procedure_id, version DESC;

CREATE VIEW views.saved_view AS
    SELECT saved_view_id AS id, owner, name, search, shared, made_at FROM centre.saved_view;
