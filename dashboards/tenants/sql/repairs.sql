-- Tickets, needs and orders of incidents: how far the repair of each is.
SELECT i.id AS incident,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'state', t.state, 'hold_until', t.hold_until))
                 FROM views.ticket t WHERE t.incident = i.id), '[]') AS tickets,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.id, 'site', n.site, 'kind', n.kind, 'state', n.state,
                     'service_minutes', m.minutes))
                 FROM views.ticket t JOIN views.need n ON n.ticket = t.id JOIN views.need_minutes m ON m.id = n.id
                 WHERE t.incident = i.id), '[]') AS needs,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'needs', w.needs, 'state', w.state, 'technician', '',
                     'technician_name', '', 'planned_arrival_at', w.planned_arrival_at, 'on_site_at', w.on_site_at))
                 FROM views.ticket t JOIN views.work_order w ON w.ticket = t.id WHERE t.incident = i.id), '[]') AS orders
FROM unnest(%(incidents)s::text[]) AS i (id)
