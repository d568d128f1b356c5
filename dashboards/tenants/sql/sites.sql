-- The tenant's sites: what is down first, then what will be, then the rest by name.
WITH down AS (
    SELECT o.site, min(greatest(o.started_at, o.since)) AS since
    FROM views.tenant_outage o JOIN views.incident i ON i.id = o.incident
    WHERE o.tenant = %(tenant)s AND o.ended_at IS NULL AND o.until IS NULL AND i.state = 'open' GROUP BY o.site
), soon AS (
    SELECT o.site, min(o.site_down_at) AS down_at FROM views.outage o JOIN views.incident i ON i.id = o.incident
    WHERE o.started_at IS NULL AND o.ended_at IS NULL AND o.site_down_at IS NOT NULL AND i.state = 'open' GROUP BY o.site
), mine AS (
    SELECT s.id, s.name, s.latitude, s.longitude, s.region, s.time_zone, down.since AS down_since,
           CASE WHEN down.since IS NULL THEN soon.down_at END AS down_at,
           CASE WHEN down.since IS NOT NULL THEN 'down' WHEN soon.down_at IS NOT NULL THEN 'at_risk' ELSE 'well' END AS state
    FROM views.site s LEFT JOIN down ON down.site = s.id LEFT JOIN soon ON soon.site = s.id
    WHERE %(tenant)s = ANY(s.tenants)
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
), next AS (
    SELECT down_at AS next_down_at, time_zone AS next_zone FROM mine WHERE state = 'at_risk' ORDER BY down_at, id LIMIT 1
)
SELECT m.*, next.next_down_at, next.next_zone, count(*) OVER () AS total, count(*) FILTER (WHERE m.state = 'down') OVER () AS total_down,
       count(*) FILTER (WHERE m.state = 'at_risk') OVER () AS total_at_risk
FROM mine m LEFT JOIN next ON true
WHERE (%(site)s::text IS NULL OR m.id = %(site)s)
    AND (%(text)s = '' OR position(lower(%(text)s) IN lower(m.id || ' ' || m.name)) > 0)
ORDER BY CASE m.state WHEN 'down' THEN 0 WHEN 'at_risk' THEN 1 ELSE 2 END, m.down_since, m.down_at, m.name, m.id
LIMIT %(limit)s
