-- What reports count from: since when a site is known, and who was at the console hour by hour.

-- A site counts from the moment it was first loaded; time before that is no data, which is not 100 %. A load makes its
-- table of arrivals LIKE this one, without the column: hence a check, which LIKE leaves behind, and no NOT NULL.
ALTER TABLE core.site ADD COLUMN known_since timestamptz DEFAULT now();
-- For what was loaded before this was written down: the first load that the audit trail knows, or the first alarm.
UPDATE core.site s SET known_since = least(now(), a.heard_at,
    (SELECT min(u.at) FROM core.audit u WHERE u.object_kind = 'inventory' AND u.action = 'load_inventory'))
FROM core.site x
LEFT JOIN (SELECT site_id, min(received_at) AS heard_at FROM correlation.alarm GROUP BY site_id) a USING (site_id)
WHERE x.site_id = s.site_id;
ALTER TABLE core.site ADD CONSTRAINT site_known_since CHECK (known_since IS NOT NULL);

-- Sites with those that were given up: a month that is over does not change because a site is retired later.
CREATE VIEW views.site_life AS
    SELECT site_id AS id, name, region, domain, site_class, tenants, time_zone, known_since, retired_at FROM core.site;

CREATE OR REPLACE VIEW views.tenant_outage AS
    SELECT o.incident_id || '/' || o.site_id || '/' || t.tenant AS id, t.tenant, o.incident_id AS incident,
           o.site_id AS site, s.name AS site_name, s.region, s.domain, s.time_zone, s.site_class, o.started_at, o.ended_at,
           s.known_since, s.retired_at
    FROM correlation.outage o
    JOIN core.site s USING (site_id)
    CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT coalesce(r.tenant, '')) AS tenants
        FROM correlation.alarm a LEFT JOIN core.resource r ON (r.site_id, r.resource) = (a.site_id, a.resource)
        WHERE a.incident_id = o.incident_id AND a.site_id = o.site_id) heard ON true
    WHERE o.started_at IS NOT NULL
        AND (heard.tenants IS NULL OR '' = ANY(heard.tenants) OR t.tenant = ANY(heard.tenants));

-- Terms hold for the past of retired sites too.
CREATE OR REPLACE VIEW views.tenant_terms AS
    SELECT p.tenant || '/' || p.region AS id, p.tenant, p.region,
           (SELECT c.availability FROM core.contract c WHERE c.tenant = p.tenant AND c.availability IS NOT NULL
               AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
             ORDER BY length(c.region) DESC, c.availability DESC LIMIT 1) AS availability,
           v.voltage_low, v.voltage_high
    FROM (SELECT DISTINCT t.tenant, s.region FROM core.site s, unnest(s.tenants) AS t (tenant)) p
    LEFT JOIN LATERAL (SELECT c.voltage_low, c.voltage_high FROM core.contract c
        WHERE c.tenant = p.tenant AND c.voltage_low IS NOT NULL AND c.voltage_high IS NOT NULL
            AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
        ORDER BY length(c.region) DESC, c.voltage_low DESC, c.voltage_high LIMIT 1) v ON true;

-- Days that were rolled up before the site was known were told as gaps; the day on which it was first known is rolled up anew.
DELETE FROM centre.voltage_day v USING core.site s WHERE s.site_id = v.site_id AND v.starts_at < s.known_since;

-- In which hours an operator's console was open. With what the audit trail says, that is who was at work.
CREATE TABLE centre.presence (
    hour timestamptz NOT NULL,
    account text NOT NULL,
    PRIMARY KEY (hour, account)
);
CREATE VIEW views.presence AS SELECT account || '/' || hour AS id, hour, account FROM centre.presence;

-- Accounts with those that were closed: who left did work before.
CREATE VIEW views.every_account AS SELECT name AS id, role, region, disabled_at FROM core.account;
