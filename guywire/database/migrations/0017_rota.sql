-- Who is really on duty: what is entered over the shifts of the inventory, swaps, certificates. Written by dispatch alone.

CREATE TABLE dispatch.rota_entry (
    entry_id text PRIMARY KEY,
    technician_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('leave', 'sick', 'training', 'extra', 'standby', 'given', 'taken')),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > since),
    note text NOT NULL DEFAULT '',
    -- a calendar, or the swap that wrote it; empty: by hand
    source text NOT NULL DEFAULT '',
    -- who stands in for a manager who is away
    deputy_id text NOT NULL DEFAULT '',
    -- entries that give or take duty hold in this order
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    taken_back_at timestamptz,
    taken_back_by text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX rota_entry_technician ON dispatch.rota_entry (technician_id, until);
CREATE INDEX rota_entry_standing ON dispatch.rota_entry (until) WHERE taken_back_at IS NULL;
CREATE INDEX rota_entry_source ON dispatch.rota_entry (source, until) WHERE source <> '';

CREATE TABLE dispatch.swap (
    swap_id text PRIMARY KEY,
    technician_id text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    other_id text NOT NULL,
    other_since timestamptz NOT NULL,
    other_until timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '',
    state text NOT NULL,
    answered_at timestamptz,
    decided_at timestamptz,
    decided_by text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX swap_open ON dispatch.swap (asked_at) WHERE state IN ('asked', 'agreed');
CREATE INDEX swap_technician ON dispatch.swap (technician_id, asked_at);
CREATE INDEX swap_other ON dispatch.swap (other_id, asked_at);

CREATE TABLE dispatch.certificate (
    certificate_id text PRIMARY KEY,
    technician_id text NOT NULL,
    skill text NOT NULL,
    number text NOT NULL,
    -- its last day
    valid_until date NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    warned_at timestamptz,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    end_reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    UNIQUE (technician_id, skill)
);
CREATE INDEX certificate_valid_until ON dispatch.certificate (valid_until);

-- The last import from each calendar.
CREATE TABLE dispatch.rota_source (
    source_id text PRIMARY KEY,
    -- the path that all whom it names are in
    region text NOT NULL,
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    entries integer NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    taken_back integer NOT NULL,
    version integer NOT NULL DEFAULT 1
);

CREATE VIEW views.rota_entry AS
    SELECT e.entry_id AS id, e.technician_id AS technician, t.name AS technician_name, t.company, t.region,
           array_to_string((string_to_array(t.region, '/'))[1:2], '/') AS domain, e.kind, e.since, e.until, e.note,
           nullif(e.source, '') AS source, nullif(e.deputy_id, '') AS deputy, e.made_at, e.made_by, e.taken_back_at,
           nullif(e.taken_back_by, '') AS taken_back_by, e.version
    FROM dispatch.rota_entry e LEFT JOIN core.technician t USING (technician_id);

CREATE VIEW views.swap AS
    SELECT w.swap_id AS id, w.technician_id AS technician, t.name AS technician_name, w.since, w.until,
           w.other_id AS other, o.name AS other_name, w.other_since, w.other_until, t.region,
           array_to_string((string_to_array(t.region, '/'))[1:2], '/') AS domain, w.state, w.asked_at, w.note,
           w.answered_at, w.decided_at, nullif(w.decided_by, '') AS decided_by, w.reason, w.version
    FROM dispatch.swap w
    LEFT JOIN core.technician t ON t.technician_id = w.technician_id
    LEFT JOIN core.technician o ON o.technician_id = w.other_id;

CREATE VIEW views.certificate AS
    SELECT c.certificate_id AS id, c.technician_id AS technician, t.name AS technician_name, t.company, t.region,
           array_to_string((string_to_array(t.region, '/'))[1:2], '/') AS domain, c.skill, c.number, c.valid_until,
           c.made_at, c.made_by, c.warned_at, c.ended_at, nullif(c.ended_by, '') AS ended_by, c.end_reason, c.version
    FROM dispatch.certificate c LEFT JOIN core.technician t USING (technician_id);

CREATE VIEW views.rota_source AS
    SELECT source_id AS id, region, array_to_string((string_to_array(region, '/'))[1:2], '/') AS domain, imported_at,
           imported_by, since, until, entries, added, changed, taken_back, version
    FROM dispatch.rota_source;

-- One row an order: how it went, for whoever led it. What nobody could answer for is null, not false.
CREATE VIEW views.assessed_order AS
    SELECT w.work_order_id AS id, w.technician_id AS technician, t.name AS technician_name, t.company, t.region,
           w.site_id AS site, w.state, w.offered_at, w.reason, w.ended_at,
           -- a call to everybody asks nobody in particular: it counts once it is accepted
           NOT w.called OR w.accepted_at IS NOT NULL AS asked,
           w.accepted_at IS NOT NULL AS accepted,
           w.state = 'declined' AS declined,
           -- the phone may have had no coverage inside the outage: no silence of theirs
           w.state = 'expired' AND w.reason = '' AS silent,
           w.state = 'done' AND w.on_site_at IS NOT NULL AS done,
           w.state = 'failed' AS failed,
           extract(epoch FROM w.accepted_at - w.offered_at) / 60 AS accept_minutes,
           extract(epoch FROM w.on_site_at - w.accepted_at) / 60 AS arrive_minutes,
           -- against the clock, where it was not too late already when it was offered
           CASE WHEN w.accepted_at IS NOT NULL AND k.accept_by > w.offered_at THEN w.accepted_at <= k.accept_by END
               AS accepted_in_time,
           CASE WHEN w.on_site_at IS NOT NULL AND k.arrive_by > w.offered_at THEN w.on_site_at <= k.arrive_by END
               AS arrived_in_time,
           -- nobody had to go again for the same need
           CASE WHEN w.state IN ('done', 'failed') AND w.on_site_at IS NOT NULL THEN w.state = 'done' AND NOT EXISTS (
               SELECT FROM dispatch.work_order later WHERE later.need_ids && w.need_ids
                   AND later.offered_at >= w.ended_at AND later.on_site_at IS NOT NULL) END AS first_time,
           CASE WHEN w.state = 'done' AND w.on_site_at IS NOT NULL THEN (
               SELECT min(r.opened_at) FROM correlation.need r
               WHERE r.site_id = w.site_id AND r.opened_at > w.ended_at AND r.kind = 'repair'
                   AND r.ticket_id <> w.ticket_id AND r.alarm_type IN (
                       SELECT n.alarm_type FROM correlation.need n WHERE n.need_id = ANY(w.need_ids))) END AS repeated_at
    FROM dispatch.work_order w
    LEFT JOIN core.technician t ON t.technician_id = w.technician_id
    LEFT JOIN LATERAL (
        SELECT min(c.due_at) FILTER (WHERE c.kind = 'accept') AS accept_by,
               min(c.due_at) FILTER (WHERE c.kind = 'arrive') AS arrive_by
        FROM dispatch.clock c WHERE c.need_id = ANY(w.need_ids)) k ON true;

-- For what came back: the needs of one site, in order.
CREATE INDEX need_site ON correlation.need (site_id, opened_at);
