-- Minutes due and minutes down by tenant and site. Outages that overlap at a site count once; now is where the period ends.
WITH place AS MATERIALIZED (
    SELECT s.id AS site, s.name AS site_name, s.region AS area, s.domain AS city, s.site_class, t.tenant,
           extract(epoch FROM least(%(until)s, %(now)s) - %(since)s)::float8 / 60 AS due, terms.availability AS promised
    FROM views.site s CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    LEFT JOIN views.tenant_terms terms ON (terms.tenant, terms.region) = (t.tenant, s.region)
    WHERE (%(tenant)s = '' OR t.tenant = %(tenant)s)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
), outage AS MATERIALIZED (
    {facts}
), down AS MATERIALIZED (
    SELECT site, tenant, count(*) AS outages, avg(value) AS mean, sum(value) AS outage_minutes,
           range_agg(tstzrange(greatest(at, %(since)s), greatest(at, %(since)s) + value * interval '1 minute')) AS times
    FROM outage GROUP BY site, tenant
), lost AS MATERIALIZED (
    SELECT d.*, (SELECT sum(extract(epoch FROM upper(r) - lower(r)))::float8 / 60 FROM unnest(d.times) r) AS minutes
    FROM down d
), summed AS (
    SELECT CASE grouping(p.{by}) WHEN 1 THEN 'total' ELSE 'item' END AS part, p.{by} AS id, max(p.{name}) AS name,
           NULL::timestamptz AS at, count(DISTINCT p.site) AS sites, coalesce(sum(l.outages), 0)::bigint AS n,
           sum(p.due) AS due, coalesce(sum(l.minutes), 0) AS down,
           coalesce(sum(l.outage_minutes), 0) / nullif(sum(l.outages), 0) AS mean,
           CASE WHEN count(DISTINCT p.promised) = 1 THEN 100 * max(p.promised) END AS promised
    FROM place p LEFT JOIN lost l USING (site, tenant) GROUP BY GROUPING SETS ((), (p.{by}))
), bucket AS (
    SELECT at, least(at + %(step)s::text::interval, least(%(until)s, %(now)s)) AS ends, (SELECT count(*) FROM place) AS places
    FROM generate_series(date_trunc(%(unit)s, %(since)s::timestamptz, %(zone)s), least(%(until)s, %(now)s) - interval '1 second',
        %(step)s::text::interval, %(zone)s) AS at
), trend AS (
    SELECT 'trend' AS part, '' AS id, NULL AS name, b.at, NULL::bigint AS sites, sum(x.outages)::bigint AS n,
           max(b.places) * extract(epoch FROM max(b.ends) - greatest(b.at, %(since)s))::float8 / 60 AS due,
           coalesce(sum(x.minutes), 0) AS down, NULL::float8 AS mean, NULL::float8 AS promised
    FROM bucket b LEFT JOIN LATERAL (
        SELECT count(*) AS outages, sum(extract(epoch FROM upper(r) - lower(r)))::float8 / 60 AS minutes
        FROM lost l, unnest(l.times * tstzmultirange(tstzrange(greatest(b.at, %(since)s), b.ends))) r
        WHERE l.times && tstzrange(greatest(b.at, %(since)s), b.ends)) x ON true
    GROUP BY b.at
)
SELECT s.part, s.id, s.name, s.at, s.sites, s.n, s.down, s.mean, s.promised,
       100 * (1 - s.down / nullif(s.due, 0)) AS available,
       100 * (1 - s.down / nullif(s.due, 0)) >= s.promised AS met
FROM (SELECT * FROM summed UNION ALL SELECT * FROM trend) s
