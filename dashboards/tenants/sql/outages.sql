-- The tenant's outages: what is down, what will be, and what was lately.
WITH known AS (
    SELECT o.incident, o.site, o.started_at, o.ended_at, NULL::timestamptz AS site_down_at
    FROM views.tenant_outage o
    WHERE o.tenant = %(tenant)s AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
    UNION ALL
    SELECT o.incident, o.site, NULL, NULL, o.site_down_at FROM views.outage o
    WHERE o.started_at IS NULL AND o.ended_at IS NULL AND o.site_down_at IS NOT NULL
)
SELECT k.incident || '/' || k.site AS id, k.incident, k.site, s.name AS site_name, s.region, s.time_zone, k.started_at, k.ended_at,
       k.site_down_at, i.root ->> 'alarm_type' AS alarm_type, i.root ->> 'site' AS root_site
FROM known k
JOIN views.site s ON s.id = k.site
JOIN views.incident i ON i.id = k.incident
WHERE %(tenant)s = ANY(s.tenants) AND (i.state = 'open' OR k.ended_at IS NOT NULL)
    AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
    AND (%(site)s::text IS NULL OR k.site = %(site)s)
ORDER BY k.ended_at DESC NULLS FIRST, coalesce(k.started_at, k.site_down_at) DESC, id LIMIT 500
