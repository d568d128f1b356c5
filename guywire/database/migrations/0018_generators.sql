-- Generators as a resource: depots, machines, where each is, and its runs, which are the proof that is paid for; and how
-- fast people really drive. Written by dispatch alone.

CREATE TABLE dispatch.depot (
    depot_id text PRIMARY KEY,
    name text NOT NULL,
    region text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    closed_at timestamptz,
    version integer NOT NULL DEFAULT 1
);

CREATE TABLE dispatch.generator (
    generator_id text PRIMARY KEY,
    name text NOT NULL DEFAULT '',
    kva double precision NOT NULL CHECK (kva > 0),
    -- 0: nobody wrote it down
    tank_litres double precision NOT NULL DEFAULT 0,
    litres_per_hour double precision NOT NULL DEFAULT 0,
    -- where it belongs when nobody has it: a depot, or a technician who carries it
    depot_id text NOT NULL DEFAULT '',
    technician_id text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('free', 'reserved', 'at_site', 'running', 'out_of_order')),
    -- the order that it is reserved for, or was brought by
    work_order_id text NOT NULL DEFAULT '',
    site_id text NOT NULL DEFAULT '',
    -- since when it is in this state, and where a person put it so: why
    since timestamptz NOT NULL,
    reason text NOT NULL DEFAULT '',
    -- the fuel in it when that was last known
    fuel_litres double precision,
    fuel_at timestamptz,
    -- since when it stands at a site that does not want it any more
    fetch_since timestamptz,
    region text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CHECK ((depot_id = '') <> (technician_id = '')),
    CHECK ((site_id <> '') = (state IN ('at_site', 'running')))
);

CREATE TABLE dispatch.generator_run (
    run_id text PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    ticket_id text NOT NULL,
    need_id text NOT NULL,
    site_id text NOT NULL,
    -- whose equipment stood there then: who is to pay
    tenants text[] NOT NULL,
    region text NOT NULL,
    domain text NOT NULL,
    -- '': one that is not on the list
    generator_id text NOT NULL DEFAULT '',
    technician_id text NOT NULL,
    company text NOT NULL,
    started_at timestamptz NOT NULL,
    stopped_at timestamptz,
    stopped_by text NOT NULL DEFAULT '',
    -- filled in during the run, and used by it as said at its end (else what was filled in)
    filled_litres double precision NOT NULL DEFAULT 0,
    used_litres double precision,
    meter_start double precision,
    meter_stop double precision,
    kwh double precision,
    photos text[] NOT NULL DEFAULT '{}',
    -- what contradicts it, for whoever inspects: [{"code", "zh", "en"}]
    flags jsonb NOT NULL DEFAULT '[]',
    notes text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    CHECK (stopped_at >= started_at)
);
CREATE INDEX generator_run_open ON dispatch.generator_run (site_id) WHERE stopped_at IS NULL;
CREATE INDEX generator_run_stopped ON dispatch.generator_run (stopped_at);
CREATE INDEX generator_run_started ON dispatch.generator_run (started_at DESC);
CREATE INDEX generator_run_machine ON dispatch.generator_run (generator_id, started_at DESC);
CREATE INDEX generator_run_order ON dispatch.generator_run (work_order_id);

-- What was said of a run, step by step. The id is made of what is said: said again, it is the same step.
CREATE TABLE dispatch.generator_run_step (
    step_id text PRIMARY KEY,
    run_id text NOT NULL REFERENCES dispatch.generator_run,
    work_order_id text NOT NULL,
    technician_id text NOT NULL,
    step text NOT NULL CHECK (step IN ('start', 'fuel', 'stop')),
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    litres double precision,
    hours double precision,
    kwh double precision,
    photo text NOT NULL DEFAULT ''
);
CREATE INDEX generator_run_step_run ON dispatch.generator_run_step (run_id, at);

-- How fast people drive in an area at an hour of the week (0 is Monday 00:00 UTC, -1 any), along the road as reckoned.
CREATE TABLE dispatch.travel_speed (
    region text NOT NULL,
    hour_of_week integer NOT NULL CHECK (hour_of_week BETWEEN -1 AND 167),
    kmh double precision NOT NULL CHECK (kmh > 0),
    drives integer NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (region, hour_of_week)
);
CREATE INDEX travel_speed_hour ON dispatch.travel_speed (hour_of_week);
CREATE INDEX work_order_arrived ON dispatch.work_order (on_site_at) WHERE en_route_at IS NOT NULL;

CREATE VIEW views.depot AS
    SELECT depot_id AS id, name, region, array_to_string((string_to_array(region, '/'))[1:2], '/') AS domain, latitude,
           longitude, closed_at, version
    FROM dispatch.depot;

CREATE VIEW views.generator AS
    SELECT g.generator_id AS id, g.name, g.kva, g.tank_litres, g.litres_per_hour, g.depot_id AS depot, d.name AS depot_name,
           g.technician_id AS technician, t.name AS technician_name, g.state, g.work_order_id AS work_order,
           g.site_id AS site, s.name AS site_name, g.since, g.reason, g.fuel_litres, g.fuel_at,
           CASE WHEN g.state = 'running' AND g.litres_per_hour > 0
               THEN g.fuel_at + g.fuel_litres / g.litres_per_hour * interval '1 hour' END AS fuel_ends_at,
           g.fetch_since, g.region, array_to_string((string_to_array(g.region, '/'))[1:2], '/') AS domain,
           coalesce(s.latitude, d.latitude) AS latitude, coalesce(s.longitude, d.longitude) AS longitude, g.version
    FROM dispatch.generator g
    LEFT JOIN dispatch.depot d USING (depot_id)
    LEFT JOIN core.technician t ON t.technician_id = g.technician_id
    LEFT JOIN core.site s ON s.site_id = g.site_id;

CREATE VIEW views.generator_run AS
    SELECT r.run_id AS id, r.work_order_id AS work_order, r.ticket_id AS ticket, r.need_id AS need, r.site_id AS site,
           s.name AS site_name, r.tenants, r.region, r.domain, r.generator_id AS generator, g.kva,
           r.technician_id AS technician, t.name AS technician_name, r.company, r.started_at, r.stopped_at, r.stopped_by,
           CASE WHEN r.stopped_at IS NULL THEN 'running' ELSE 'stopped' END AS state,
           round((extract(epoch FROM r.stopped_at - r.started_at) / 3600)::numeric, 2)::float8 AS clock_hours,
           coalesce(r.meter_stop - coalesce(r.meter_start, 0),
                    round((extract(epoch FROM r.stopped_at - r.started_at) / 3600)::numeric, 2)::float8) AS hours,
           r.filled_litres, coalesce(r.used_litres, r.filled_litres) AS fuel_litres, r.meter_start, r.meter_stop, r.kwh,
           r.photos, r.flags, r.notes, r.version
    FROM dispatch.generator_run r
    LEFT JOIN core.site s ON s.site_id = r.site_id
    LEFT JOIN core.technician t ON t.technician_id = r.technician_id
    LEFT JOIN dispatch.generator g ON g.generator_id = r.generator_id;

-- What is to be paid: a run at a site with several tenants is shared equally among them. Months are the site's own.
CREATE VIEW views.generator_month AS
    SELECT to_char(r.started_at AT TIME ZONE coalesce(s.time_zone, 'UTC'), 'YYYY-MM') AS month, tenant, r.site,
           r.site_name, r.region, r.company, count(*) AS runs, count(*) FILTER (WHERE r.flags <> '[]') AS flagged,
           sum(r.hours / shares) AS hours, sum(r.fuel_litres / shares) AS fuel_litres, sum(r.kwh / shares) AS kwh
    FROM views.generator_run r
    LEFT JOIN core.site s ON s.site_id = r.site
    CROSS JOIN LATERAL (SELECT greatest(cardinality(r.tenants), 1) AS shares) n
    CROSS JOIN LATERAL unnest(CASE WHEN r.tenants = '{}' THEN ARRAY[''] ELSE r.tenants END) AS tenant
    WHERE r.stopped_at IS NOT NULL
    GROUP BY 1, tenant, r.site, r.site_name, r.region, r.company;
