-- The outages that tenants had in the period, each as far as it lies in it and in the time in which the tenant stood there.
SELECT o.*, extract(epoch FROM o.counted_until - o.counted_from)::float8 / 60 AS value
FROM (
    SELECT o.id, 'incident' AS kind, o.incident AS object, o.started_at AS at, o.site, o.site_name, o.region AS area,
           o.domain AS city, o.site_class, o.tenant, o.since,
           greatest(o.started_at, %(since)s, o.since) AS counted_from,
           least(o.ended_at, %(until)s, %(now)s, o.until) AS counted_until
    FROM views.tenant_outage o
    WHERE o.started_at < least(%(until)s, %(now)s) AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
        AND (%(tenant)s = '' OR o.tenant = %(tenant)s)
        AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(region)s || '/'))
) o
WHERE o.counted_from < o.counted_until
