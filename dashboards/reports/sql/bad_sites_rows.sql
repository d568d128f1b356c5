-- The sites that were down the longest, then those with the most faults.
WITH down AS MATERIALIZED (
    SELECT o.site, count(*) AS outages, range_agg(tstzrange(greatest(o.started_at, %(since)s, s.known_since),
               greatest(least(o.ended_at, %(until)s, %(now)s), o.started_at, %(since)s, s.known_since))) AS times
    FROM views.outage o JOIN views.site_life s ON s.id = o.site
    WHERE o.started_at < least(%(until)s, %(now)s) AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
        AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(region)s || '/'))
    GROUP BY o.site
), fault AS MATERIALIZED (
    SELECT i.site, count(*) AS faults, mode() WITHIN GROUP (ORDER BY i.root ->> 'alarm_type') AS alarm_type
    FROM views.incident i
    WHERE i.opened_at >= %(since)s AND i.opened_at < %(until)s AND i.state <> 'merged' AND i.site IS NOT NULL
        AND (%(region)s = '' OR i.region = %(region)s OR starts_with(i.region, %(region)s || '/'))
    GROUP BY i.site
), visit AS MATERIALIZED (
    SELECT site, count(*) AS visits FROM views.work_order
    WHERE on_site_at >= %(since)s AND on_site_at < %(until)s
        AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
    GROUP BY site
), complaint AS MATERIALIZED (
    SELECT site, count(*) AS complaints FROM views.complaint
    WHERE registered_at >= %(since)s AND registered_at < %(until)s AND site IS NOT NULL
        AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
    GROUP BY site
), counted AS MATERIALIZED (
    SELECT site, coalesce(d.outages, 0) AS outages, coalesce(f.faults, 0) AS faults, f.alarm_type,
           coalesce((SELECT sum(extract(epoch FROM upper(r) - lower(r)))::float8 / 60 FROM unnest(d.times) r), 0) AS down
    FROM down d FULL JOIN fault f USING (site)
)
SELECT 'total' AS part, NULL AS id, NULL AS name, NULL::timestamptz AS at, NULL AS area, coalesce(sum(down), 0) AS down,
       coalesce(sum(outages), 0)::bigint AS outages, coalesce(sum(faults), 0)::bigint AS faults, NULL AS alarm_type,
       (SELECT coalesce(sum(visits), 0)::bigint FROM visit) AS visits,
       (SELECT coalesce(sum(complaints), 0)::bigint FROM complaint) AS complaints
FROM counted
UNION ALL
(SELECT 'item', c.site, s.name, NULL, s.region, c.down, c.outages, c.faults, c.alarm_type, coalesce(v.visits, 0),
        coalesce(k.complaints, 0)
 FROM counted c
 JOIN views.site s ON s.id = c.site
 LEFT JOIN visit v ON v.site = c.site
 LEFT JOIN complaint k ON k.site = c.site
 ORDER BY c.down DESC, c.faults DESC, c.outages DESC, c.site LIMIT 10)
