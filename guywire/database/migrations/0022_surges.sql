-- Surges of complaints: what is usual, and what is suspected. Written by complaints alone.

-- Calls by hour of the week of a city, by area, by site, by tenant; later ones weigh more (complaints/surges/baseline.py).
CREATE TABLE complaints.surge_count (
    domain text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hour', 'area', 'site', 'tenant')),
    name text NOT NULL,
    cell smallint NOT NULL,
    events double precision NOT NULL,
    hours double precision NOT NULL,
    PRIMARY KEY (domain, kind, name, cell)
);

-- How far history has been learned, when it was last looked, and the last number given to a suspicion.
CREATE TABLE complaints.surge_clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    learned_until timestamptz,
    looked_at timestamptz,
    last bigint NOT NULL DEFAULT 0
);
INSERT INTO complaints.surge_clock DEFAULT VALUES;

CREATE TABLE complaints.suspicion (
    suspicion_id text PRIMARY KEY,
    site_id text NOT NULL,
    tenant text NOT NULL,
    domain text NOT NULL,
    -- the sites that stand out, and all over which was counted
    sites text[] NOT NULL,
    zone text[] NOT NULL,
    since timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    evident_at timestamptz NOT NULL,
    minutes integer NOT NULL,
    observed integer NOT NULL,
    expected double precision NOT NULL,
    score double precision NOT NULL,
    -- the known incident beyond whose extent it lies, and the one that explains it now
    beyond text NOT NULL DEFAULT '',
    cleared_at timestamptz,
    known_as text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX suspicion_stands ON complaints.suspicion (suspicion_id) WHERE cleared_at IS NULL;
CREATE INDEX suspicion_cleared ON complaints.suspicion (cleared_at) WHERE cleared_at IS NOT NULL;

-- what came in lately, whatever became of it
CREATE INDEX complaint_registered ON complaints.complaint (registered_at);

CREATE VIEW views.suspicion AS
    SELECT u.suspicion_id AS id, CASE WHEN u.cleared_at IS NULL THEN 'standing' ELSE 'cleared' END AS state,
           u.site_id AS site, s.name AS site_name, s.region, u.domain, u.tenant, u.sites, u.since, u.raised_at,
           u.evident_at, u.minutes, u.observed, u.expected, u.score, nullif(u.beyond, '') AS beyond, u.cleared_at,
           nullif(u.known_as, '') AS known_as, u.version,
           a.alarm_id AS alarm, a.incident_id AS incident
    FROM complaints.suspicion u
    LEFT JOIN core.site s ON s.site_id = u.site_id
    LEFT JOIN LATERAL (
        SELECT alarm_id, incident_id FROM correlation.alarm
        WHERE (site_id, resource, alarm_type, qualifier) = (u.site_id, 'customers', 'suspected-outage', u.tenant)
        ORDER BY raised_at DESC LIMIT 1) a ON true;
