-- Faults that opened in the period, and when a person first acknowledged one of their alarms.
SELECT i.id, 'incident' AS kind, i.id AS object, i.opened_at AS at, i.site, i.site_name,
       coalesce(i.region, i.regions[1], '') AS area, i.domain AS city, coalesce(s.site_class, '') AS site_class,
       i.root ->> 'alarm_type' AS alarm_type, coalesce(a.acknowledged_by, '') AS operator,
       greatest(extract(epoch FROM a.acknowledged_at - i.opened_at)::float8 / 60, 0 * extract(epoch FROM a.acknowledged_at)) AS value
FROM views.incident i
LEFT JOIN views.site s ON s.id = i.site
LEFT JOIN LATERAL (SELECT acknowledged_at, acknowledged_by FROM views.alarm
    WHERE incident = i.id AND acknowledged_at IS NOT NULL ORDER BY acknowledged_at LIMIT 1) a ON true
WHERE i.opened_at >= %(since)s AND i.opened_at < %(until)s AND i.state <> 'merged'
    AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(i.regions) r
        WHERE r = %(region)s OR starts_with(r, %(region)s || '/')))
