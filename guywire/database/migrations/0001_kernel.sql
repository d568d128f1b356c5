-- The kernel's own tables: inventory, people, and the three ways of working together (feed, inbox, audit).
-- Runs on PostgreSQL 17 and 18, plain or with TimescaleDB.

CREATE SCHEMA core;

-- Time series -------------------------------------------------------------------------------------------------------
-- One name either way: a hypertable where TimescaleDB is there, day partitions where it is not.
-- Every series has a column "at"; its primary key or indexes are made by the caller afterwards and must hold "at".

CREATE FUNCTION core.has_timescale() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
$$;

CREATE FUNCTION core.create_series(series text, columns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF core.has_timescale() THEN
        EXECUTE format('CREATE TABLE %s (%s)', series, columns);
        EXECUTE 'SELECT create_hypertable($1::regclass, by_range(''at'', interval ''1 day''), create_default_indexes => false)'
            USING series;
    ELSE
        EXECUTE format('CREATE TABLE %s (%s) PARTITION BY RANGE (at)', series, columns);
        EXECUTE format('CREATE TABLE %s PARTITION OF %s DEFAULT', series || '_rest', series);
    END IF;
    INSERT INTO core.series (name) VALUES (series);
END $$;

CREATE TABLE core.series (name text PRIMARY KEY);

-- Makes the partitions of the days [from_day, to_day] that are missing. Rows that fell into the default partition
-- before their day was made are moved, so that a late start loses nothing. Nothing to do on TimescaleDB.
CREATE FUNCTION core.ensure_days(from_day date, to_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    parent text; one_day date; child text; made integer := 0;
BEGIN
    IF core.has_timescale() THEN RETURN 0; END IF;
    FOR parent IN SELECT name FROM core.series ORDER BY name LOOP
        FOR one_day IN SELECT generate_series(from_day, to_day, interval '1 day')::date LOOP
            child := parent || '_' || to_char(one_day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(child) IS NOT NULL;
            EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
            EXECUTE format('WITH moved AS (DELETE FROM %s WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %s SELECT * FROM moved',
                parent || '_rest', one_day::timestamp AT TIME ZONE 'UTC', (one_day + 1)::timestamp AT TIME ZONE 'UTC', child);
            EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
                parent, child, one_day::timestamp AT TIME ZONE 'UTC', (one_day + 1)::timestamp AT TIME ZONE 'UTC');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Inventory (written by guywire.inventory) -----------------------------------------------------------------------------

CREATE TABLE core.inventory_version (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL DEFAULT 0,
    loaded_at timestamptz
);
INSERT INTO core.inventory_version DEFAULT VALUES;

CREATE TABLE core.site (
    site_id text PRIMARY KEY CHECK (site_id <> ''),
    name text NOT NULL,
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    region text NOT NULL,
    domain text NOT NULL,
    site_class text NOT NULL CHECK (site_class IN ('A', 'B', 'C')),
    tenants text[] NOT NULL DEFAULT '{}',
    battery_hours double precision NOT NULL DEFAULT 0,
    power_feed text NOT NULL DEFAULT '',
    time_zone text NOT NULL,
    gateway boolean NOT NULL DEFAULT false,
    access text NOT NULL DEFAULT '',
    load_kw double precision,
    retired_at timestamptz
);
CREATE INDEX site_place ON core.site (latitude, longitude);
CREATE INDEX site_feed ON core.site (power_feed) WHERE power_feed <> '';

CREATE TABLE core.resource (
    site_id text NOT NULL REFERENCES core.site,
    resource text NOT NULL CHECK (resource <> ''),
    kind text NOT NULL,
    address text NOT NULL DEFAULT '',
    profile text NOT NULL DEFAULT '',
    credential text NOT NULL DEFAULT '',
    realm text NOT NULL DEFAULT '',
    tenant text NOT NULL DEFAULT '',
    monitored_by text NOT NULL DEFAULT '',
    retired_at timestamptz,
    PRIMARY KEY (site_id, resource)
);
CREATE INDEX resource_address ON core.resource (realm, address) WHERE address <> '';

CREATE TABLE core.link (
    link_id text PRIMARY KEY,
    upstream_site_id text NOT NULL REFERENCES core.site,
    downstream_site_id text NOT NULL REFERENCES core.site,
    medium text NOT NULL,
    resource text NOT NULL,
    downstream_resource text NOT NULL DEFAULT '',
    capacity text NOT NULL DEFAULT '',
    retired_at timestamptz,
    CHECK (upstream_site_id <> downstream_site_id)
);
CREATE INDEX link_upstream ON core.link (upstream_site_id);
CREATE INDEX link_downstream ON core.link (downstream_site_id);

CREATE TABLE core.power_feed (
    feed_id text PRIMARY KEY,
    name text NOT NULL,
    region text NOT NULL DEFAULT '',
    utility_contact text NOT NULL DEFAULT '',
    retired_at timestamptz
);

CREATE TABLE core.technician (
    technician_id text PRIMARY KEY CHECK (technician_id <> ''),
    name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    region text NOT NULL,
    role text NOT NULL CHECK (role IN ('technician', 'area_manager')),
    manager_id text NOT NULL DEFAULT '',
    home_latitude double precision NOT NULL,
    home_longitude double precision NOT NULL,
    skills text[] NOT NULL DEFAULT '{}',
    shift text NOT NULL DEFAULT '',
    generators integer NOT NULL DEFAULT 0,
    company text NOT NULL DEFAULT '',
    generator_kva double precision,
    languages text[] NOT NULL DEFAULT '{}',
    retired_at timestamptz
);

CREATE TABLE core.customer (
    customer_id text PRIMARY KEY CHECK (customer_id <> ''),
    name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    -- digits only, so that "+86 138-0000-0000" and "13800000000" meet by their last eleven
    phone_digits text GENERATED ALWAYS AS (right(regexp_replace(phone, '[^0-9]', '', 'g'), 11)) STORED,
    latitude double precision,
    longitude double precision,
    serving_sites text[] NOT NULL DEFAULT '{}',
    vip boolean NOT NULL DEFAULT false,
    tenant text NOT NULL DEFAULT '',
    type text NOT NULL DEFAULT '',
    products text[] NOT NULL DEFAULT '{}',
    manager text NOT NULL DEFAULT '',
    retired_at timestamptz
);
CREATE INDEX customer_phone ON core.customer (phone_digits);
CREATE INDEX customer_sites ON core.customer USING gin (serving_sites);

CREATE TABLE core.contract (
    tenant text NOT NULL,
    region text NOT NULL,
    severity text NOT NULL,
    accept_minutes integer,
    arrive_minutes integer,
    restore_minutes integer,
    calendar text NOT NULL DEFAULT '',
    voltage_low double precision,
    voltage_high double precision,
    availability double precision,
    PRIMARY KEY (tenant, region, severity)
);

-- People (written by guywire.identity) -----------------------------------------------------------------------------------

CREATE TABLE core.account (
    name text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9._@-]{1,64}$'),
    role text NOT NULL,
    region text NOT NULL DEFAULT '',
    technician_id text NOT NULL DEFAULT '',
    tenant text NOT NULL DEFAULT '',
    password_hash text NOT NULL,
    failed_sign_ins integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);

-- Bearer tokens and browser sessions alike; only a SHA-256 of the secret is kept.
CREATE TABLE core.token (
    token_hash bytea PRIMARY KEY,
    account text NOT NULL REFERENCES core.account,
    kind text NOT NULL CHECK (kind IN ('session', 'bearer')),
    csrf text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX token_account ON core.token (account);

CREATE TABLE core.audit (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_object ON core.audit (object_kind, object_id, audit_id);

-- Command inbox (written by askers: insert; by owners: the answer) ----------------------------------------------------------

CREATE TABLE core.command (
    command_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    owner text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    actor text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'refused')),
    applied_seq bigint,
    applied_at timestamptz,
    answer jsonb
);
CREATE INDEX command_asked ON core.command (owner, command_id) WHERE state = 'asked';
CREATE SEQUENCE core.command_applied_seq;

-- Change feed (one gapless sequence per publisher) ------------------------------------------------------------------------

CREATE TABLE core.feed_head (
    publisher text PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0
);

CREATE TABLE core.feed (
    publisher text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    topic text NOT NULL,
    id text NOT NULL,
    domain text NOT NULL DEFAULT '',
    body jsonb NOT NULL,
    PRIMARY KEY (publisher, seq)
);
CREATE INDEX feed_at ON core.feed (at);

CREATE TABLE core.feed_cursor (
    consumer text NOT NULL,
    publisher text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (consumer, publisher)
);
