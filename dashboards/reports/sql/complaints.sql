-- Complaints that were registered in the period, with the fault that explains each, and whether that had come back.
WITH complaint AS MATERIALIZED (
    SELECT c.id, c.registered_at, c.site, c.site_name, c.region, c.domain, c.channel, c.tenant, c.incident
    FROM views.complaint c
    WHERE c.registered_at >= %(since)s AND c.registered_at < %(until)s
        AND (%(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(region)s || '/'))
), fault AS MATERIALIZED (
    -- however long ago it began: an old outage explains too
    SELECT i.id, i.site, i.root ->> 'alarm_type' AS alarm_type, i.opened_at
    FROM views.incident i WHERE i.id IN (SELECT incident FROM complaint)
), came AS MATERIALIZED (
    SELECT i.site, i.root ->> 'alarm_type' AS alarm_type, i.opened_at
    FROM views.incident i
    WHERE i.opened_at >= (SELECT min(opened_at) FROM fault) - interval '30 days' AND i.opened_at < %(until)s AND i.state <> 'merged'
        AND i.site IN (SELECT site FROM fault)
), problem AS MATERIALIZED (
    SELECT o.site, p.shared, min(p.id) AS id FROM views.problem p, unnest(p.sites) AS o (site)
    WHERE p.ended_at IS NULL AND p.shares = 'type' GROUP BY o.site, p.shared
), told AS (
    SELECT c.id, 'complaint' AS kind, c.id AS object, c.registered_at AS at, c.site, c.site_name,
           coalesce(c.region, '') AS area, coalesce(c.domain, '') AS city, c.channel, coalesce(f.alarm_type, '') AS alarm_type,
           coalesce(c.tenant, '') AS tenant, f.id AS incident, f.site AS fault_site, p.id AS problem,
           EXISTS (SELECT FROM came WHERE (came.site, came.alarm_type) = (f.site, f.alarm_type)
               AND came.opened_at < f.opened_at AND came.opened_at >= f.opened_at - interval '30 days') AS ok
    FROM complaint c
    LEFT JOIN fault f ON f.id = c.incident
    LEFT JOIN problem p ON (p.site, p.shared) = (f.site, f.alarm_type)
)
SELECT t.*, t.ok AND t.problem IS NULL
       AND count(*) FILTER (WHERE t.ok) OVER (PARTITION BY t.fault_site, t.alarm_type) >= 3 AS wants_problem
FROM told t
