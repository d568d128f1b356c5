-- Minutes due, measured and within limits by tenant and site, from what was rolled up day by day.
WITH place AS MATERIALIZED (
    SELECT s.id AS site, s.name AS site_name, s.region AS area, s.domain AS city, t.tenant, terms.voltage_low,
           terms.voltage_high, terms.availability AS promised
    FROM views.site_life s CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE terms.voltage_low IS NOT NULL AND s.known_since < %(until)s AND (s.retired_at IS NULL OR s.retired_at > %(since)s)
        AND (%(tenant)s = '' OR t.tenant = %(tenant)s)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
), day AS MATERIALIZED (
    SELECT site, starts_at, voltage_low, voltage_high, due_seconds, measured_seconds, within_seconds, lowest, highest
    FROM views.voltage_day WHERE starts_at >= %(since)s AND starts_at < %(until)s
), of_site AS MATERIALIZED (
    SELECT site, voltage_low, voltage_high, sum(due_seconds) AS due, sum(measured_seconds) AS measured,
           sum(within_seconds) AS within, min(lowest) AS lowest, max(highest) AS highest
    FROM day GROUP BY site, voltage_low, voltage_high
), of_day AS (
    -- a shared site counts for each of its tenants, as in the sums
    SELECT date_trunc(%(unit)s, d.starts_at, %(zone)s) AS at, sum(d.due_seconds * p.tenants) AS due,
           sum(d.measured_seconds * p.tenants) AS measured, sum(d.within_seconds * p.tenants) AS within,
           min(d.lowest) AS lowest, max(d.highest) AS highest
    FROM day d
    JOIN (SELECT site, voltage_low, voltage_high, count(*) AS tenants FROM place GROUP BY 1, 2, 3) p
        USING (site, voltage_low, voltage_high)
    GROUP BY 1
), summed AS (
    SELECT CASE grouping(p.{by}) WHEN 1 THEN 'total' ELSE 'item' END AS part, p.{by} AS id, max(p.{name}) AS name,
           NULL::timestamptz AS at, count(DISTINCT p.site) AS sites,
           count(DISTINCT p.site) FILTER (WHERE d.measured > 0) AS measured_sites, sum(d.due) AS due,
           sum(d.measured) AS measured, sum(d.within) AS within, min(d.lowest) AS lowest, max(d.highest) AS highest,
           CASE WHEN count(DISTINCT (p.voltage_low, p.voltage_high)) = 1
               THEN min(p.voltage_low) || '–' || max(p.voltage_high) || ' V' END AS limits,
           CASE WHEN count(DISTINCT p.promised) = 1 AND count(p.promised) = count(*)
               THEN round(100 * max(p.promised)::numeric, 9)::float8 END AS promised
    FROM place p LEFT JOIN of_site d USING (site, voltage_low, voltage_high) GROUP BY GROUPING SETS ((), (p.{by}))
)
SELECT part, id, name, at, sites, measured_sites, measured / 60 AS measured, (due - measured) / 60 AS gap, lowest, highest,
       limits, promised, round(100.0 * within / nullif(measured, 0), 9)::float8 AS within,
       round(100.0 * within / nullif(measured, 0), 9)::float8 >= promised AS met
FROM (
    SELECT * FROM summed
    UNION ALL
    SELECT 'trend', '', NULL, at, NULL, NULL, due, measured, within, lowest, highest, NULL, NULL FROM of_day
) s
