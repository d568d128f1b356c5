-- Minutes due, measured and within limits by tenant and site, from what was rolled up day by day. A day counts for those who
-- stood there when it began: where somebody came or left it is cut.
WITH place AS MATERIALIZED (
    SELECT s.id AS site, s.name AS site_name, s.region AS area, s.domain AS city, t.tenant, t.since, t.until,
           terms.voltage_low, terms.voltage_high, terms.availability AS promised,
           -- tenants who stood there for the same time have the same days
           dense_rank() OVER (ORDER BY t.site, terms.voltage_low, terms.voltage_high, t.since, t.until) AS stand
    FROM views.tenancy t
    JOIN views.site_life s ON s.id = t.site
    JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE terms.voltage_low IS NOT NULL AND t.since < %(until)s AND (t.until IS NULL OR t.until > %(since)s)
        AND (%(tenant)s = '' OR t.tenant = %(tenant)s)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
), day AS MATERIALIZED (
    -- a LEFT JOIN, so that the planner expects something: a plan for nothing would be taken a million times over
    SELECT p.stand, p.tenants, d.starts_at, d.due_seconds, d.measured_seconds, d.within_seconds, d.lowest, d.highest
    FROM (SELECT stand, site, voltage_low, voltage_high, since, until, count(*) AS tenants FROM place GROUP BY 1, 2, 3, 4, 5, 6) p
    LEFT JOIN views.voltage_day d ON (d.site, d.voltage_low, d.voltage_high) = (p.site, p.voltage_low, p.voltage_high)
        AND d.starts_at >= greatest(p.since, %(since)s) AND d.starts_at < least(p.until, %(until)s)
), of_stand AS MATERIALIZED (
    SELECT stand, sum(due_seconds) AS due, sum(measured_seconds) AS measured, sum(within_seconds) AS within,
           min(lowest) AS lowest, max(highest) AS highest
    FROM day GROUP BY stand
), of_day AS (
    -- a shared site counts for each of its tenants, as in the sums
    SELECT date_trunc(%(unit)s, starts_at, %(zone)s) AS at, sum(due_seconds * tenants) AS due,
           sum(measured_seconds * tenants) AS measured, sum(within_seconds * tenants) AS within,
           min(lowest) AS lowest, max(highest) AS highest
    FROM day WHERE starts_at IS NOT NULL GROUP BY 1
), summed AS (
    SELECT CASE grouping(p.{by}) WHEN 1 THEN 'total' ELSE 'item' END AS part, p.{by} AS id, max(p.{name}) AS name,
           NULL::timestamptz AS at, count(DISTINCT p.site) AS sites,
           count(DISTINCT p.site) FILTER (WHERE d.measured > 0) AS measured_sites, sum(d.due) AS due,
           sum(d.measured) AS measured, sum(d.within) AS within, min(d.lowest) AS lowest, max(d.highest) AS highest,
           CASE WHEN count(DISTINCT (p.voltage_low, p.voltage_high)) = 1
               THEN min(p.voltage_low) || '–' || max(p.voltage_high) || ' V' END AS limits,
           CASE WHEN count(DISTINCT p.promised) = 1 AND count(p.promised) = count(*)
               THEN round(100 * max(p.promised)::numeric, 9)::float8 END AS promised
    FROM place p LEFT JOIN of_stand d USING (stand) GROUP BY GROUPING SETS ((), (p.{by}))
)
SELECT part, id, name, at, sites, measured_sites, measured / 60 AS measured, (due - measured) / 60 AS gap, lowest, highest,
       limits, promised, round(100.0 * within / nullif(measured, 0), 9)::float8 AS within,
       round(100.0 * within / nullif(measured, 0), 9)::float8 >= promised AS met
FROM (
    SELECT * FROM summed
    UNION ALL
    SELECT 'trend', '', NULL, at, NULL, NULL, due, measured, within, lowest, highest, NULL, NULL FROM of_day
) s
