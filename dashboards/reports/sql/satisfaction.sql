-- What customers said in the period, from 1 to 5.
SELECT c.id, 'complaint' AS kind, c.id AS object, c.satisfied_at AS at, c.site, c.site_name,
       coalesce(c.region, '') AS area, coalesce(c.domain, '') AS city, c.channel, coalesce(c.category, '') AS category,
       coalesce(c.tenant, '') AS tenant, c.satisfaction::float8 AS value
FROM views.complaint c
WHERE c.satisfied_at >= %(since)s AND c.satisfied_at < %(until)s AND c.satisfaction IS NOT NULL
    AND (%(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(region)s || '/'))
