-- What is planned at the tenant's sites: works, announced power cuts, weather. What the centre wrote for itself is not shown.
WITH mine AS MATERIALIZED (
    SELECT id, name, region, power_feed FROM views.site
    WHERE %(tenant)s = ANY(tenants)
        AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
        AND (%(site)s::text IS NULL OR id = %(site)s)
), planned AS (
    SELECT id, 'works' AS kind, '' AS title, '' AS level, sites, regions, '{}'::text[] AS power_feeds, starts_at, ends_at, weekly,
           time_zone
    FROM views.silence
    -- what names resources may be about another tenant's alone; a crew on site is not planned
    WHERE kind = 'maintenance' AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > %(now)s) AND resources = '{}'
        AND (sites <> '{}' OR regions <> '{}') AND made_by <> 'dispatch'
    UNION ALL
    SELECT id, kind, CASE WHEN kind = 'works' THEN '' ELSE title END, level, sites, regions, power_feeds, starts_at, ends_at, '',
           'UTC'
    FROM views.announcement WHERE withdrawn_at IS NULL AND ends_at > %(now)s
)
SELECT p.id, p.kind, p.title, p.level, p.starts_at, p.ends_at, p.weekly, p.time_zone, m.sites
FROM planned p CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) ORDER BY s.name, s.id) AS sites
    FROM mine s
    WHERE s.id = ANY(p.sites) OR (s.power_feed <> '' AND s.power_feed = ANY(p.power_feeds))
        OR EXISTS (SELECT FROM unnest(p.regions) r WHERE s.region = r OR starts_with(s.region, r || '/'))) m
WHERE m.sites IS NOT NULL
ORDER BY p.starts_at, p.id LIMIT 200
