-- Faults that opened in the period, and when a person first acknowledged one of their alarms. The alarm itself forgets that
-- when it comes back or becomes worse; the audit trail does not.
WITH said AS MATERIALIZED (
    SELECT DISTINCT ON (a.incident) a.incident, u.at, u.actor
    FROM views.act u JOIN views.alarm a ON a.id = u.object_id JOIN views.incident i ON i.id = a.incident
    WHERE u.object_kind = 'alarm' AND u.action = 'AcknowledgeAlarm' AND u.at >= %(since)s AND u.at >= i.opened_at
        AND i.opened_at >= %(since)s AND i.opened_at < %(until)s
    ORDER BY a.incident, u.at
)
SELECT i.id, 'incident' AS kind, i.id AS object, i.opened_at AS at, i.site, i.site_name,
       coalesce(i.region, i.regions[1], '') AS area, i.domain AS city, coalesce(s.site_class, '') AS site_class,
       i.root ->> 'alarm_type' AS alarm_type, coalesce(a.by, '') AS operator,
       greatest(extract(epoch FROM a.at - i.opened_at)::float8 / 60, 0 * extract(epoch FROM a.at)) AS value
FROM views.incident i
LEFT JOIN views.site s ON s.id = i.site
LEFT JOIN said ON said.incident = i.id
LEFT JOIN LATERAL (SELECT acknowledged_at AS at, acknowledged_by AS by FROM views.alarm
    WHERE incident = i.id AND acknowledged_at IS NOT NULL ORDER BY acknowledged_at LIMIT 1) stands ON true
CROSS JOIN LATERAL (SELECT least(said.at, stands.at) AS at,
    CASE WHEN stands.at IS NULL OR said.at < stands.at THEN said.actor ELSE stands.by END AS by) a
WHERE i.opened_at >= %(since)s AND i.opened_at < %(until)s AND i.state <> 'merged'
    AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(i.regions) r
        WHERE r = %(region)s OR starts_with(r, %(region)s || '/')))
