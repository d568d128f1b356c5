-- The life of a work order, continued: crews of more than one, calls to everybody, what one visit leaves to the next,
-- what the response centre does by hand (pauses, needs kept in hand, undo), emergencies and the day plan.
-- Everything here is written by dispatch alone.

ALTER TABLE dispatch.work_order
    -- who goes along: nobody climbs alone
    ADD COLUMN mates text[] NOT NULL DEFAULT '{}',
    -- one of several offers of the same needs: whoever accepts first gets it. It holds nothing before
    ADD COLUMN called boolean NOT NULL DEFAULT false,
    -- the order whose place this one took by hand
    ADD COLUMN instead_of text NOT NULL DEFAULT '',
    -- what whoever failed says that the next one needs: {"skills": [], "parts": [], "text": ""}
    ADD COLUMN hand_over jsonb NOT NULL DEFAULT '{}',
    -- what those before handed over, newest first: [{"by", "at", "reason", "skills", "parts", "text"}]
    ADD COLUMN handed_over jsonb NOT NULL DEFAULT '[]',
    -- when planned_arrival_at was last thought over
    ADD COLUMN estimated_at timestamptz;
CREATE INDEX work_order_mates ON dispatch.work_order USING gin (mates) WHERE mates <> '{}';

CREATE INDEX work_order_called ON dispatch.work_order (offered_at) WHERE called;

ALTER TABLE dispatch.work_order_step
    ADD COLUMN accuracy double precision,
    -- why the position is not the site's, in the technician's words
    ADD COLUMN position_reason text NOT NULL DEFAULT '',
    -- how far from the site, where it was too far to be there
    ADD COLUMN away_metres double precision;

-- A mate who stepped back from an order, and why: not asked again for a while.
CREATE TABLE dispatch.stepped_back (
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    technician_id text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (work_order_id, technician_id, at)
);

-- When everybody in reach was last asked who can come.
ALTER TABLE dispatch.waiting_need ADD COLUMN called_at timestamptz;

-- A region in which dispatch offers nothing by itself.
CREATE TABLE dispatch.pause (
    pause_id text PRIMARY KEY,
    region text NOT NULL,
    reason text NOT NULL,
    -- null: until somebody resumes
    until_at timestamptz,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX pause_standing ON dispatch.pause (region) WHERE ended_at IS NULL;

-- A need that a person keeps in hand: dispatch leaves it to them.
CREATE TABLE dispatch.need_in_hand (
    need_id text PRIMARY KEY,
    person text NOT NULL,
    reason text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    until_at timestamptz
);

-- A mass outage of a region: declared by a person or by policy, ended by a person alone.
CREATE TABLE dispatch.emergency (
    emergency_id text PRIMARY KEY,
    region text NOT NULL,
    reason text NOT NULL,
    declared_at timestamptz NOT NULL,
    declared_by text NOT NULL,
    -- since when few sites are left without mains
    calm_from timestamptz,
    -- when dispatch proposed to end it
    end_proposed_at timestamptz,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    end_reason text NOT NULL DEFAULT '',
    -- the plan by area: [{"region", "sites_without_mains", "sites_down", "first_down_at", "crews_there", "crews_needed", "too_late"}]
    areas jsonb NOT NULL DEFAULT '[]',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX emergency_standing ON dispatch.emergency (region) WHERE ended_at IS NULL;

-- What each technician is expected to do next: a forecast, made anew every minute or so, that binds nobody.
CREATE TABLE dispatch.day_plan (
    technician_id text NOT NULL,
    place integer NOT NULL,
    need_id text NOT NULL,
    -- '' where no order is given yet
    work_order_id text NOT NULL DEFAULT '',
    arrive_at timestamptz NOT NULL,
    leave_at timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (technician_id, place)
);

CREATE OR REPLACE VIEW views.work_order AS
    SELECT w.work_order_id AS id, w.technician_id AS technician, t.name AS technician_name, w.manager_id AS manager,
           w.ticket_id AS ticket, w.site_id AS site, s.name AS site_name, s.latitude, s.longitude, s.region, s.time_zone,
           s.access, w.domain, w.need_ids AS needs, w.state, w.priority, w.summary, w.offered_at, w.offer_expires_at,
           w.accepted_at, w.en_route_at, w.on_site_at, w.ended_at, w.travel_minutes, w.distance_km, w.planned_arrival_at,
           w.asked_to_return_at, w.explanation, w.given_by, w.reason, w.cause, w.result, w.version,
           w.mates, w.called, w.instead_of, w.hand_over, w.handed_over, w.estimated_at, w.ended_by
    FROM dispatch.work_order w
    LEFT JOIN core.site s ON s.site_id = w.site_id
    LEFT JOIN core.technician t ON t.technician_id = w.technician_id;

CREATE OR REPLACE VIEW views.work_order_step AS
    SELECT work_order_id AS work_order, at, recorded_at, actor, state, latitude, longitude, note, accuracy,
           position_reason, away_metres
    FROM dispatch.work_order_step;

CREATE VIEW views.pause AS
    SELECT pause_id AS id, region, array_to_string((string_to_array(region, '/'))[1:2], '/') AS domain,
           reason, until_at AS until, made_at, made_by, ended_at, ended_by,
           -- who lies in it, or it lies in: who may see it
           ARRAY[region] AS touches,
           version
    FROM dispatch.pause;

CREATE OR REPLACE VIEW views.waiting_need AS
    SELECT w.need_id AS id, n.ticket_id AS ticket, n.site_id AS site, s.region, n.domain, w.code, w.hint, w.since,
           w.next_try_at, w.explanation, w.called_at
    FROM dispatch.waiting_need w
    LEFT JOIN correlation.need n ON n.need_id = w.need_id
    LEFT JOIN core.site s ON s.site_id = n.site_id;

CREATE VIEW views.need_in_hand AS
    SELECT need_id AS id, person, reason, since, until_at AS until FROM dispatch.need_in_hand;

CREATE VIEW views.emergency AS
    SELECT emergency_id AS id, region, array_to_string((string_to_array(region, '/'))[1:2], '/') AS domain,
           reason, declared_at, declared_by, end_proposed_at, ended_at,
           ended_by, end_reason, areas, calm_from,
           ARRAY[region] AS touches, version
    FROM dispatch.emergency;

-- One row a technician: what is expected next, in order.
CREATE VIEW views.day_plan AS
    SELECT p.technician_id AS id, t.name AS technician_name, t.region,
           array_to_string((string_to_array(t.region, '/'))[1:2], '/') AS domain, max(p.made_at) AS made_at,
           jsonb_agg(jsonb_build_object('need', p.need_id, 'order', nullif(p.work_order_id, ''), 'ticket', n.ticket_id,
               'site', n.site_id, 'site_name', s.name, 'latitude', s.latitude, 'longitude', s.longitude,
               'time_zone', s.time_zone, 'kind', n.kind, 'alarm_type', n.alarm_type, 'summary', n.summary,
               'arrive', p.arrive_at, 'leave', p.leave_at) ORDER BY p.place) AS stops
    FROM dispatch.day_plan p
    LEFT JOIN core.technician t ON t.technician_id = p.technician_id
    LEFT JOIN correlation.need n ON n.need_id = p.need_id
    LEFT JOIN core.site s ON s.site_id = n.site_id
    GROUP BY p.technician_id, t.name, t.region;
