-- Who stood on which site from when until when: what is over does not change when tenants come and go.

-- Written by the triggers below alone, so that no load can forget it. A tenant stands on a site from the load that first
-- said so (with a new site from when that is known) until the load that no longer does, or that retires the site. One that
-- leaves and comes back has two rows, which never overlap.
CREATE TABLE core.tenancy (
    site_id text NOT NULL REFERENCES core.site,
    tenant text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (site_id, tenant, since),
    CHECK (until > since)
);
CREATE UNIQUE INDEX tenancy_stands ON core.tenancy (site_id, tenant) WHERE until IS NULL;
CREATE INDEX tenancy_tenant ON core.tenancy (tenant, site_id);

-- Who came before this was written down is taken to have stood there since the site is known.
INSERT INTO core.tenancy (site_id, tenant, since, until)
SELECT DISTINCT s.site_id, t.tenant, s.known_since, s.retired_at FROM core.site s, unnest(s.tenants) AS t (tenant)
WHERE s.retired_at IS NULL OR s.retired_at > s.known_since;

CREATE FUNCTION core.begin_tenancy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core.tenancy (site_id, tenant, since, until)
    SELECT DISTINCT s.site_id, t.tenant, s.known_since, s.retired_at FROM loaded s, unnest(s.tenants) AS t (tenant)
    WHERE s.retired_at IS NULL OR s.retired_at > s.known_since;
    RETURN NULL;
END $$;
CREATE TRIGGER begin_tenancy AFTER INSERT ON core.site
    REFERENCING NEW TABLE AS loaded FOR EACH STATEMENT EXECUTE FUNCTION core.begin_tenancy();

CREATE FUNCTION core.change_tenancy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH left_now AS (
        SELECT t.site_id, t.tenant, t.since, coalesce(s.retired_at, now()) AS at
        FROM loaded s JOIN core.tenancy t USING (site_id)
        WHERE t.until IS NULL AND (s.retired_at IS NOT NULL OR t.tenant <> ALL (s.tenants))
    ), never_was AS (
        DELETE FROM core.tenancy t USING left_now l
        WHERE (t.site_id, t.tenant, t.since) = (l.site_id, l.tenant, l.since) AND l.at <= l.since
    )
    UPDATE core.tenancy t SET until = l.at FROM left_now l
    WHERE (t.site_id, t.tenant, t.since) = (l.site_id, l.tenant, l.since) AND l.at > l.since;

    -- now() is when a load began: another may have ended since
    INSERT INTO core.tenancy (site_id, tenant, since)
    SELECT s.site_id, t.tenant, greatest(now(), max(k.until))
    FROM loaded s CROSS JOIN unnest(s.tenants) AS t (tenant)
    LEFT JOIN core.tenancy k ON (k.site_id, k.tenant) = (s.site_id, t.tenant)
    WHERE s.retired_at IS NULL GROUP BY s.site_id, t.tenant HAVING bool_and(k.until IS NOT NULL OR k.since IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER change_tenancy AFTER UPDATE ON core.site
    REFERENCING NEW TABLE AS loaded FOR EACH STATEMENT EXECUTE FUNCTION core.change_tenancy();

CREATE VIEW views.tenancy AS
    SELECT site_id || '/' || tenant || '/' || since AS id, site_id AS site, tenant, since, until FROM core.tenancy;

-- Without the tenants of today: what counts over time asks who stood there then.
DROP VIEW views.site_life;
CREATE VIEW views.site_life AS
    SELECT site_id AS id, name, region, domain, site_class, time_zone, known_since, retired_at FROM core.site;

-- What each tenant was promised where it has or had equipment.
CREATE OR REPLACE VIEW views.tenant_terms AS
    SELECT p.tenant || '/' || p.region AS id, p.tenant, p.region,
           (SELECT c.availability FROM core.contract c WHERE c.tenant = p.tenant AND c.availability IS NOT NULL
               AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
             ORDER BY length(c.region) DESC, c.availability DESC LIMIT 1) AS availability,
           v.voltage_low, v.voltage_high
    FROM (SELECT DISTINCT t.tenant, s.region FROM core.tenancy t JOIN core.site s USING (site_id)) p
    LEFT JOIN LATERAL (SELECT c.voltage_low, c.voltage_high FROM core.contract c
        WHERE c.tenant = p.tenant AND c.voltage_low IS NOT NULL AND c.voltage_high IS NOT NULL
            AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
        ORDER BY length(c.region) DESC, c.voltage_low DESC, c.voltage_high LIMIT 1) v ON true;

-- An outage as each tenant had it: as far as it lies in the time from `since` until `until` in which the tenant stood there.
-- Whose it is goes by what was heard, as before.
DROP VIEW views.tenant_outage;
CREATE VIEW views.tenant_outage AS
    SELECT o.incident_id || '/' || o.site_id || '/' || t.tenant || '/' || t.since AS id, t.tenant, o.incident_id AS incident,
           o.site_id AS site, s.name AS site_name, s.region, s.domain, s.time_zone, s.site_class, o.started_at, o.ended_at,
           t.since, t.until
    FROM correlation.outage o
    JOIN core.site s USING (site_id)
    JOIN core.tenancy t ON t.site_id = o.site_id AND (o.ended_at IS NULL OR o.ended_at > t.since)
        AND (t.until IS NULL OR t.until > o.started_at)
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT coalesce(r.tenant, '')) AS tenants
        FROM correlation.alarm a LEFT JOIN core.resource r ON (r.site_id, r.resource) = (a.site_id, a.resource)
        WHERE a.incident_id = o.incident_id AND a.site_id = o.site_id) heard ON true
    WHERE o.started_at IS NOT NULL
        AND (heard.tenants IS NULL OR '' = ANY(heard.tenants) OR t.tenant = ANY(heard.tenants));

-- A tenant's fault report as the tenant made it, of a site on which it stood then.
CREATE OR REPLACE VIEW views.fault_report AS
    SELECT c.complaint_id AS id, c.tenant, c.site_id AS site, s.name AS site_name, s.region, s.time_zone, c.category,
           said.text, c.registered_at AS reported_at, c.registered_by AS reported_by
    FROM complaints.complaint c
    JOIN core.site s ON s.site_id = c.site_id
    CROSS JOIN LATERAL (SELECT k.text FROM complaints.contact k WHERE k.complaint_id = c.complaint_id
                        ORDER BY k.at, k.outcome <> 'registered' LIMIT 1) said
    WHERE c.tenant <> '' AND EXISTS (
        SELECT FROM core.tenancy t WHERE (t.site_id, t.tenant) = (c.site_id, c.tenant)
            AND t.since <= c.registered_at AND (t.until IS NULL OR t.until > c.registered_at));
