-- Places that wanted hands from a time in the period on, and when the first crew for them was on site.
WITH first_visit AS (
    SELECT DISTINCT ON (need) need, w.id, w.ticket, w.technician, w.technician_name, w.on_site_at
    FROM views.work_order w CROSS JOIN LATERAL unnest(w.needs) AS need
    WHERE w.on_site_at >= %(since)s ORDER BY need, w.on_site_at
)
SELECT n.id, 'ticket' AS kind, n.ticket AS object, n.opened_at AS at, n.site, n.site_name,
       coalesce(n.region, '') AS area, n.domain AS city, coalesce(s.site_class, '') AS site_class, n.alarm_type,
       coalesce(w.technician, '') AS technician, w.technician_name, coalesce(p.company, '') AS company,
       -- a crew that is there already when more is wanted has arrived
       CASE WHEN w.id IS NOT NULL
           THEN greatest(extract(epoch FROM w.on_site_at - n.opened_at)::float8 / 60, 0) END AS value
FROM views.need n
LEFT JOIN first_visit w ON w.need = n.id
LEFT JOIN views.site s ON s.id = n.site
LEFT JOIN views.technician p ON p.id = w.technician
WHERE n.opened_at >= %(since)s AND n.opened_at < %(until)s AND (w.id IS NOT NULL OR n.state = 'open')
    AND n.kind IN ('repair', 'generator')
    AND (%(region)s = '' OR n.region = %(region)s OR starts_with(n.region, %(region)s || '/'))
