-- Complaints that were registered in the period, with the fault that explains each, and whether that had come back.
WITH fault AS MATERIALIZED (
    SELECT i.id, i.site, i.root ->> 'alarm_type' AS alarm_type,
           lag(i.opened_at) OVER same IS NOT NULL AND lag(i.opened_at) OVER same >= i.opened_at - interval '30 days' AS ok
    FROM views.incident i
    WHERE i.opened_at >= %(since)s - interval '60 days' AND i.opened_at < %(until)s AND i.state <> 'merged'
    WINDOW same AS (PARTITION BY i.site, i.root ->> 'alarm_type' ORDER BY i.opened_at, i.id)
), problem AS MATERIALIZED (
    SELECT site, shared, min(id) AS id FROM views.problem WHERE state = 'open' AND shares = 'type' GROUP BY site, shared
)
SELECT c.id, 'complaint' AS kind, c.id AS object, c.registered_at AS at, c.site, c.site_name,
       coalesce(c.region, '') AS area, coalesce(c.domain, '') AS city, c.channel,
       coalesce(f.alarm_type, '') AS alarm_type, coalesce(c.tenant, '') AS tenant, f.id AS incident,
       coalesce(f.ok AND f.site IS NOT NULL, false) AS ok, p.id AS problem
FROM views.complaint c
LEFT JOIN fault f ON f.id = c.incident
LEFT JOIN problem p ON (p.site, p.shared) = (f.site, f.alarm_type)
WHERE c.registered_at >= %(since)s AND c.registered_at < %(until)s
    AND (%(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(region)s || '/'))
