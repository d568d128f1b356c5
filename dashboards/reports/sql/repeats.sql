-- Faults that opened in the period, and whether the same one had opened at the same site in the thirty days before.
SELECT f.*, 'incident' AS kind, f.id AS object
FROM (
    SELECT i.id, i.opened_at AS at, i.site, i.site_name, coalesce(i.region, '') AS area, i.domain AS city,
           coalesce(s.site_class, '') AS site_class, i.root ->> 'alarm_type' AS alarm_type,
           lag(i.opened_at) OVER same IS NOT NULL AND lag(i.opened_at) OVER same >= i.opened_at - interval '30 days' AS ok
    FROM views.incident i LEFT JOIN views.site s ON s.id = i.site
    WHERE i.opened_at >= %(since)s - interval '30 days' AND i.opened_at < %(until)s AND i.state <> 'merged'
        AND i.site IS NOT NULL
        AND (%(region)s = '' OR i.region = %(region)s OR starts_with(i.region, %(region)s || '/'))
    WINDOW same AS (PARTITION BY i.site, i.root ->> 'alarm_type' ORDER BY i.opened_at, i.id)
) f
WHERE f.at >= %(since)s
