-- What operators did in the period, those who left meanwhile too.
SELECT a.id, a.object_kind AS kind, a.object_id AS object, a.at, NULL AS site, NULL AS site_name, a.actor AS operator,
       a.action, NULL::float8 AS value
FROM views.act a JOIN views.every_account u ON u.id = a.actor
WHERE a.at >= %(since)s AND a.at < %(until)s AND u.role IN ('noc_operator', 'shift_leader', 'admin')
    AND (%(region)s = '' OR u.region = %(region)s OR starts_with(u.region, %(region)s || '/'))
