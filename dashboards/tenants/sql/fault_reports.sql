-- What the tenant reported, and what became of each. Where it left, what was over while it stood there.
SELECT f.id, f.site, f.site_name, f.time_zone, f.category, f.text, f.reported_at, f.reported_by, c.state, c.restored_at,
       c.closed_at, t.id AS ticket, t.state AS ticket_state,
       (SELECT min(o.incident || '/' || o.site) FROM views.tenant_outage o
         WHERE o.incident = c.incident AND o.site = f.site AND o.tenant = f.tenant) AS outage
FROM views.fault_report f
LEFT JOIN views.complaint c ON c.id = f.id
LEFT JOIN views.ticket t ON t.origin = 'complaint:' || f.id
WHERE f.tenant = %(tenant)s AND (%(region)s = '' OR f.region = %(region)s OR starts_with(f.region, %(region)s || '/'))
    AND EXISTS (SELECT FROM views.tenancy k WHERE k.site = f.site AND k.tenant = f.tenant
        AND (k.until IS NULL OR (k.since <= coalesce(c.restored_at, c.closed_at) AND k.until > coalesce(c.restored_at, c.closed_at))))
    AND (%(site)s::text IS NULL OR f.site = %(site)s) AND (%(report)s::text IS NULL OR f.id = %(report)s)
ORDER BY f.reported_at DESC, f.id LIMIT 300
