-- Visits to repair that ended in the period, and whether nobody had to go there again for the same ticket: a failed one is
-- none. A need is met by the first visit that is done; whoever goes again goes for a new one, so the ticket is what tells.
WITH visit AS (
    SELECT w.id, w.state, w.ended_at, n.kind,
           lead(w.id) OVER (PARTITION BY n.ticket, n.site ORDER BY w.on_site_at, w.id, n.kind <> 'repair') AS next
    FROM views.work_order w CROSS JOIN LATERAL unnest(w.needs) AS x (need) JOIN views.need n ON n.id = x.need
    WHERE w.on_site_at >= %(since)s - interval '30 days' AND n.kind IN ('repair', 'inspect')
), ended AS (
    SELECT id, bool_and(state = 'done' AND coalesce(next = id, true)) AS ok FROM visit
    WHERE state IN ('done', 'failed') AND ended_at >= %(since)s AND ended_at < %(until)s
    GROUP BY id HAVING bool_or(kind = 'repair')
)
SELECT w.id, 'work_order' AS kind, w.ticket AS object, w.ended_at AS at, w.site, w.site_name,
       coalesce(w.region, '') AS area, w.domain AS city, w.technician, w.technician_name,
       coalesce(p.company, '') AS company, e.ok
FROM ended e
JOIN views.work_order w USING (id)
LEFT JOIN views.technician p ON p.id = w.technician
WHERE %(region)s = '' OR w.region = %(region)s OR starts_with(w.region, %(region)s || '/')
