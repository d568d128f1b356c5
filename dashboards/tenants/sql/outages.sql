-- The tenant's outages: what is down, what will be, and what was lately. Each is told as far as the tenant stood there: of
-- what was before it came, and of what goes on where it left, it learns nothing.
WITH known AS (
    SELECT DISTINCT ON (o.incident, o.site) o.incident, o.site, o.site_name, o.region, o.time_zone,
           greatest(o.started_at, o.since) AS started_at, least(o.ended_at, o.until) AS ended_at,
           NULL::timestamptz AS site_down_at
    FROM views.tenant_outage o
    WHERE o.tenant = %(tenant)s AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
        AND (o.until IS NULL OR o.until > %(since)s)
    ORDER BY o.incident, o.site, o.since DESC
), told AS (
    SELECT * FROM known
    UNION ALL
    SELECT o.incident, o.site, s.name, s.region, s.time_zone, NULL, NULL, o.site_down_at
    FROM views.outage o JOIN views.site s ON s.id = o.site
    WHERE o.started_at IS NULL AND o.ended_at IS NULL AND o.site_down_at IS NOT NULL AND %(tenant)s = ANY(s.tenants)
)
SELECT k.incident || '/' || k.site AS id, k.incident, k.site, k.site_name, k.region, k.time_zone, k.started_at, k.ended_at,
       k.site_down_at, i.root ->> 'alarm_type' AS alarm_type, i.root ->> 'site' AS root_site
FROM told k
JOIN views.incident i ON i.id = k.incident
WHERE (i.state = 'open' OR k.ended_at IS NOT NULL)
    AND (%(region)s = '' OR k.region = %(region)s OR starts_with(k.region, %(region)s || '/'))
    AND (%(site)s::text IS NULL OR k.site = %(site)s)
ORDER BY k.ended_at DESC NULLS FIRST, coalesce(k.started_at, k.site_down_at) DESC, id LIMIT 500
