-- Tickets that concern the tenant: of an outage that it had, of its own report, or that it was asked about. Where it left,
-- those that were resolved while it stood there.
WITH theirs AS (
    SELECT t.id AS ticket, o.site FROM views.tenant_outage o JOIN views.ticket t ON t.incident = o.incident
    WHERE o.tenant = %(tenant)s AND (o.ended_at IS NULL OR o.ended_at > %(since)s)
        AND (o.until IS NULL OR o.until > %(since)s)
    UNION
    SELECT t.id, f.site FROM views.fault_report f JOIN views.ticket t ON t.origin = 'complaint:' || f.id
    WHERE f.tenant = %(tenant)s
    UNION
    SELECT c.ticket, c.site FROM views.consent c WHERE c.tenant = %(tenant)s
)
SELECT t.id, t.state, t.opened_at, t.resolved_at, t.closed_at, coalesce(i.root ->> 'alarm_type', '') AS alarm_type,
       x.sites, a.agreed, a.reason, a.at AS agreed_at, a.by AS agreed_by, coalesce(a.version, 0) AS version
FROM (
    SELECT h.ticket, jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'time_zone', s.time_zone) ORDER BY s.name) AS sites
    FROM theirs h JOIN views.site_life s ON s.id = h.site JOIN views.ticket t ON t.id = h.ticket
    WHERE EXISTS (SELECT FROM views.tenancy k WHERE k.site = h.site AND k.tenant = %(tenant)s
            AND (k.until IS NULL OR (k.since <= t.resolved_at AND k.until > t.resolved_at)))
        AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))
    GROUP BY h.ticket) x
JOIN views.ticket t ON t.id = x.ticket
LEFT JOIN views.incident i ON i.id = t.incident
LEFT JOIN views.agreement a ON a.ticket = t.id AND a.tenant = %(tenant)s
WHERE t.state NOT IN ('cancelled', 'rejected') AND (%(ticket)s::text IS NULL OR t.id = %(ticket)s)
ORDER BY t.opened_at DESC, t.id LIMIT 300
