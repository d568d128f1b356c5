-- Days of sites with limits in a contract that are not rolled up yet, or were before they were over; the oldest first. The
-- first day of a site begins when it was first known.
WITH place AS (
    SELECT DISTINCT s.id AS site, s.time_zone, s.known_since, terms.voltage_low, terms.voltage_high
    FROM views.site_life s CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE terms.voltage_low IS NOT NULL AND s.retired_at IS NULL
)
SELECT p.site, p.voltage_low, p.voltage_high, greatest(d, p.known_since) AS starts_at,
       least(date_add(d, interval '1 day', p.time_zone), %(now)s) AS ends_at, date_add(d, interval '1 day', p.time_zone) <= %(settled)s AS is_whole
FROM place p
CROSS JOIN LATERAL generate_series(date_trunc('day', greatest(%(since)s::timestamptz, p.known_since), p.time_zone), %(now)s,
    interval '1 day', p.time_zone) AS d
LEFT JOIN views.voltage_day v ON (v.site, v.starts_at, v.voltage_low, v.voltage_high)
    = (p.site, greatest(d, p.known_since), p.voltage_low, p.voltage_high)
WHERE (v.id IS NULL OR NOT v.is_whole)
