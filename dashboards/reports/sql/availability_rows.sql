-- Minutes due and minutes down by tenant and site, of the time in which each tenant stood there. Overlapping time counts once.
WITH place AS MATERIALIZED (
    SELECT s.id AS site, s.name AS site_name, s.region AS area, s.domain AS city, s.site_class, t.tenant, t.since, life.times,
           extract(epoch FROM upper(life.times) - lower(life.times))::float8 / 60 AS due, terms.availability AS promised
    FROM views.tenancy t
    CROSS JOIN LATERAL (
        SELECT tstzrange(greatest(t.since, %(since)s), least(t.until, %(until)s, %(now)s)) AS times) life
    JOIN views.site_life s ON s.id = t.site
    LEFT JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE t.since < least(%(until)s, %(now)s) AND (t.until IS NULL OR t.until > %(since)s)
        AND (%(tenant)s = '' OR t.tenant = %(tenant)s)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
), outage AS MATERIALIZED (
    {facts}
), down AS MATERIALIZED (
    SELECT site, tenant, since, count(*) AS outages, sum(value) AS outage_minutes,
           range_agg(tstzrange(counted_from, counted_until)) AS times
    FROM outage GROUP BY site, tenant, since
), lost AS MATERIALIZED (
    SELECT d.*, (SELECT sum(extract(epoch FROM upper(r) - lower(r)))::float8 / 60 FROM unnest(d.times) r) AS minutes
    FROM down d
), summed AS (
    SELECT CASE grouping(p.{by}) WHEN 1 THEN 'total' ELSE 'item' END AS part, p.{by} AS id, max(p.{name}) AS name,
           NULL::timestamptz AS at, count(DISTINCT p.site) AS sites,
           coalesce(sum(l.outages), 0)::bigint AS n, sum(p.due) AS due, coalesce(sum(l.minutes), 0) AS down,
           sum(l.outage_minutes) / nullif(sum(l.outages), 0) AS mean,
           -- one promise for all that is summed up, or none: who was promised nothing cannot break it
           CASE WHEN count(DISTINCT p.promised) = 1 AND count(p.promised) = count(*)
               THEN round(100 * max(p.promised)::numeric, 9)::float8 END AS promised
    FROM place p LEFT JOIN lost l USING (site, tenant, since) GROUP BY GROUPING SETS ((), (p.{by}))
), bucket AS MATERIALIZED (
    SELECT at, tstzrange(greatest(at, %(since)s), least(date_add(at, %(step)s::text::interval, %(zone)s), %(until)s, %(now)s)) AS times
    FROM generate_series(date_trunc(%(unit)s, %(since)s::timestamptz, %(zone)s), least(%(until)s, %(now)s) - interval '1 second',
        %(step)s::text::interval, %(zone)s) AS at
), life AS MATERIALIZED (
    -- most stand there all the time: what is the same is reckoned once
    SELECT times, count(*) AS places FROM place GROUP BY times
), trend AS (
    SELECT 'trend' AS part, '' AS id, NULL AS name, b.at, NULL::bigint AS sites, x.outages AS n, due.minutes AS due,
           coalesce(x.minutes, 0) AS down, NULL::float8 AS mean, NULL::float8 AS promised
    FROM bucket b
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.places * extract(epoch FROM upper(l.times * b.times) - lower(l.times * b.times))), 0)::float8 / 60
            AS minutes
        FROM life l WHERE l.times && b.times) due
    CROSS JOIN LATERAL (
        SELECT count(*) AS outages, sum(extract(epoch FROM upper(r) - lower(r)))::float8 / 60 AS minutes
        FROM lost l, unnest(l.times * tstzmultirange(b.times)) r WHERE l.times && b.times) x
)
SELECT s.part, s.id, s.name, s.at, s.sites, s.due, s.mean, s.promised, s.available, s.available >= s.promised AS met,
       CASE WHEN s.due > 0 THEN s.n END AS n, CASE WHEN s.due > 0 THEN s.down END AS down
FROM (
    -- rounded beyond what a month can tell apart, so that what is exactly as promised is kept
    SELECT s.*, round((100 * (1 - s.down / nullif(s.due, 0)))::numeric, 9)::float8 AS available
    FROM (SELECT * FROM summed UNION ALL SELECT * FROM trend) s
) s
