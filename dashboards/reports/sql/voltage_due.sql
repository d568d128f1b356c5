-- Days of sites with limits in a contract that are not rolled up yet, or were before they were over. The first day of a site
-- begins when it was first known; a day on which tenants came or left is cut there, whatever was promised to whom, so that
-- each part counts for those who stood there in it.
WITH edge AS (
    SELECT site, since AS at FROM views.tenancy
    UNION
    SELECT site, until FROM views.tenancy WHERE until IS NOT NULL
), stretch AS MATERIALIZED (
    SELECT site, at AS since, lead(at) OVER (PARTITION BY site ORDER BY at) AS until FROM edge
), place AS (
    SELECT DISTINCT x.site, s.time_zone, x.since, x.until, terms.voltage_low, terms.voltage_high
    FROM stretch x
    JOIN views.tenancy t ON t.site = x.site AND t.since <= x.since AND (t.until IS NULL OR t.until > x.since)
    JOIN views.site_life s ON s.id = x.site
    JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE terms.voltage_low IS NOT NULL AND (x.until IS NULL OR x.until > %(since)s)
)
SELECT p.site, p.voltage_low, p.voltage_high, c.starts_at, least(c.ends_at, %(now)s) AS ends_at, c.ends_at <= %(settled)s AS is_whole
FROM place p
CROSS JOIN LATERAL generate_series(date_trunc('day', greatest(%(since)s::timestamptz, p.since), p.time_zone),
    least(%(now)s, p.until - interval '1 microsecond'), interval '1 day', p.time_zone) AS d
CROSS JOIN LATERAL (SELECT greatest(d, p.since) AS starts_at, least(date_add(d, interval '1 day', p.time_zone), p.until) AS ends_at) c
LEFT JOIN views.voltage_day v ON (v.site, v.starts_at, v.voltage_low, v.voltage_high)
    = (p.site, c.starts_at, p.voltage_low, p.voltage_high)
WHERE (v.id IS NULL OR NOT v.is_whole)
