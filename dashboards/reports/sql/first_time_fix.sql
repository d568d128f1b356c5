-- Visits that ended in the period, and whether nobody had to go again for the same need: a failed visit is none.
WITH visit AS (
    SELECT w.id, w.state, w.offered_at, w.ended_at, lead(w.id) OVER (PARTITION BY need ORDER BY w.offered_at, w.id) AS next
    FROM views.work_order w CROSS JOIN LATERAL unnest(w.needs) AS need
    WHERE w.on_site_at IS NOT NULL AND w.on_site_at >= %(since)s - interval '30 days'
), ended AS (
    SELECT id, bool_and(state = 'done' AND next IS NULL) AS ok FROM visit
    WHERE state IN ('done', 'failed') AND ended_at >= %(since)s AND ended_at < %(until)s GROUP BY id
)
SELECT w.id, 'work_order' AS kind, w.ticket AS object, w.ended_at AS at, w.site, w.site_name,
       coalesce(w.region, '') AS area, w.domain AS city, w.technician, w.technician_name,
       coalesce(p.company, '') AS company, e.ok
FROM ended e
JOIN views.work_order w USING (id)
LEFT JOIN views.technician p ON p.id = w.technician
WHERE %(region)s = '' OR w.region = %(region)s OR starts_with(w.region, %(region)s || '/')
