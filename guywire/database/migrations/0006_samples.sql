-- Written by collectors alone: what their polls measured.

CREATE SCHEMA collectors;

-- One row a reading. `qualifier` tells several of one metric apart, '' where there is one.
SELECT core.create_series('collectors.sample', $$
    at timestamptz NOT NULL,
    site_id text NOT NULL,
    resource text NOT NULL,
    metric text NOT NULL,
    qualifier text NOT NULL,
    value double precision,
    state text NOT NULL
$$);
CREATE INDEX sample_series ON collectors.sample (site_id, resource, metric, at DESC);

-- The last reading of each series, with the words that samples do not repeat.
CREATE TABLE collectors.latest_reading (
    site_id text NOT NULL,
    resource text NOT NULL,
    metric text NOT NULL,
    qualifier text NOT NULL,
    at timestamptz NOT NULL,
    value double precision,
    state text NOT NULL,
    health text NOT NULL,
    label text NOT NULL,
    unit text NOT NULL,
    PRIMARY KEY (site_id, resource, metric, qualifier)
) WITH (fillfactor = 50); -- rewritten at every poll: room on the page keeps the index out of it

-- TimescaleDB's own licence brings the columnstore (a fifteenth of the size); its Apache build does not. A version that
-- wants it said otherwise costs the compression, not the installation.
DO $$ BEGIN
    IF core.has_timescale() AND current_setting('timescaledb.license', true) = 'timescale' THEN
        ALTER TABLE collectors.sample SET (timescaledb.enable_columnstore,
            timescaledb.segmentby = 'site_id, resource, metric', timescaledb.orderby = 'at DESC');
        CALL add_columnstore_policy('collectors.sample', after => interval '7 days', if_not_exists => true);
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'samples are not compressed: %', SQLERRM;
END $$;

CREATE VIEW views.sample AS
    SELECT at, site_id AS site, resource, metric, qualifier, value, state FROM collectors.sample;

CREATE VIEW views.latest_reading AS
    SELECT site_id || '/' || resource || '/' || metric || '/' || qualifier AS id, site_id AS site, resource, metric, qualifier,
           label, value, unit, state, health, at
    FROM collectors.latest_reading;

-- Beside views.resource, not in it: which credential opens a device is for the collectors, not for every screen.
CREATE VIEW views.resource_credential AS
    SELECT site_id || '/' || resource AS id, credential FROM core.resource WHERE retired_at IS NULL AND credential <> '';
