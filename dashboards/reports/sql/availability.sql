-- The outages that tenants had in the period, each as far as it lies in it.
SELECT o.id, 'incident' AS kind, o.incident AS object, o.started_at AS at, o.site, o.site_name, o.region AS area,
       o.domain AS city, o.site_class, o.tenant,
       extract(epoch FROM least(coalesce(o.ended_at, %(now)s), %(until)s, %(now)s)
           - greatest(o.started_at, %(since)s))::float8 / 60 AS value
FROM views.tenant_outage o
WHERE o.started_at < least(%(until)s, %(now)s) AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
    AND (%(tenant)s = '' OR o.tenant = %(tenant)s)
    AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(region)s || '/'))
