-- Tickets of faults that were opened in the period, and when they were resolved; whose they were by the last visit.
SELECT t.id, 'ticket' AS kind, t.id AS object, t.opened_at AS at, t.site, t.site_name,
       coalesce(t.region, t.regions[1], '') AS area, t.domain AS city, coalesce(s.site_class, '') AS site_class,
       coalesce(i.root ->> 'alarm_type', '') AS alarm_type, coalesce(w.technician, '') AS technician,
       w.technician_name, coalesce(p.company, '') AS company,
       extract(epoch FROM coalesce(t.resolved_at, t.closed_at) - t.opened_at)::float8 / 60 AS value
FROM views.ticket t
LEFT JOIN views.site s ON s.id = t.site
LEFT JOIN views.incident i ON i.id = t.incident
LEFT JOIN LATERAL (SELECT technician, technician_name FROM views.work_order
    WHERE ticket = t.id AND on_site_at IS NOT NULL ORDER BY on_site_at DESC LIMIT 1) w ON true
LEFT JOIN views.technician p ON p.id = w.technician
WHERE t.opened_at >= %(since)s AND t.opened_at < %(until)s AND t.state NOT IN ('cancelled', 'rejected')
    AND NOT starts_with(t.origin, 'round:') AND NOT starts_with(t.origin, 'finding:')
    AND (%(region)s = '' OR EXISTS (SELECT FROM unnest(t.regions) r
        WHERE r = %(region)s OR starts_with(r, %(region)s || '/')))
