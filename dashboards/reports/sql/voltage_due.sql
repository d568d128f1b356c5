-- Days of sites with limits in a contract that are not rolled up yet, or were before they were over; the oldest first.
WITH place AS (
    SELECT DISTINCT s.id AS site, s.time_zone, terms.voltage_low, terms.voltage_high
    FROM views.site s CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE terms.voltage_low IS NOT NULL
)
SELECT p.site, p.voltage_low, p.voltage_high, d AS starts_at,
       least(d + interval '1 day', %(now)s) AS ends_at, d + interval '1 day' <= %(settled)s AS is_whole
FROM place p
CROSS JOIN LATERAL generate_series(date_trunc('day', %(since)s::timestamptz, p.time_zone), %(now)s,
    interval '1 day', p.time_zone) AS d
LEFT JOIN views.voltage_day v ON (v.site, v.starts_at, v.voltage_low, v.voltage_high)
    = (p.site, d, p.voltage_low, p.voltage_high)
WHERE (v.id IS NULL OR NOT v.is_whole)
