-- Everything that happened with one ticket, as far as the user's region goes ('' sees everything), oldest first.
WITH orders AS (
    SELECT * FROM views.work_order o
    WHERE o.ticket = %(ticket)s AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(region)s || '/'))
), wants AS (
    SELECT * FROM views.need n
    WHERE n.ticket = %(ticket)s AND (%(region)s = '' OR n.region = %(region)s OR starts_with(n.region, %(region)s || '/'))
), clocks AS (
    SELECT * FROM views.clock c
    WHERE c.ticket = %(ticket)s AND (%(region)s = '' OR EXISTS (
        SELECT FROM unnest(c.regions) r WHERE r = %(region)s OR starts_with(r, %(region)s || '/')))
), consents AS (
    SELECT * FROM views.consent q
    WHERE q.ticket = %(ticket)s AND (%(region)s = '' OR q.region = %(region)s OR starts_with(q.region, %(region)s || '/'))
), told AS (
    SELECT n.at, 'ticket' AS object, n.kind, n.ticket AS id, n.actor, n.text, '{}'::jsonb AS about
    FROM views.ticket_note n WHERE n.ticket = %(ticket)s AND n.kind <> 'order'
    UNION ALL
    SELECT n.opened_at, 'need', 'opened', n.id, '', n.summary,
           jsonb_build_object('site', n.site, 'site_name', n.site_name, 'kind', n.kind) FROM wants n
    UNION ALL
    SELECT n.ended_at, 'need', n.state, n.id, '', n.summary,
           jsonb_build_object('site', n.site, 'site_name', n.site_name, 'kind', n.kind)
    FROM wants n WHERE n.ended_at IS NOT NULL
    UNION ALL
    SELECT s.at, 'work_order', s.state, o.id, s.actor, s.note,
           jsonb_build_object('technician', o.technician, 'technician_name', o.technician_name, 'site', o.site,
               'site_name', o.site_name, 'recorded_at', s.recorded_at)
    FROM orders o JOIN views.work_order_step s ON s.work_order = o.id
    UNION ALL
    SELECT c.breached_at, 'clock', 'breached', c.id, '', '', jsonb_build_object('clock', c.kind, 'site_name', c.site_name)
    FROM clocks c WHERE c.breached_at IS NOT NULL
    UNION ALL
    SELECT c.stopped_at, 'clock', CASE WHEN c.breached_at IS NULL THEN 'kept' ELSE 'stopped' END, c.id, '', '',
           jsonb_build_object('clock', c.kind, 'site_name', c.site_name, 'minutes', c.elapsed_seconds / 60,
               'term', c.term_minutes + c.extended_minutes)
    FROM clocks c WHERE c.stopped_at IS NOT NULL
    UNION ALL
    SELECT (p ->> 'since')::timestamptz, 'clock', p ->> 'how', c.id, p ->> 'made_by',
           concat_ws(': ', p ->> 'reason', nullif(p ->> 'note', '')),
           jsonb_build_object('clock', c.kind, 'site_name', c.site_name, 'until', coalesce(p -> 'ended_at', p -> 'until'))
    FROM clocks c, jsonb_array_elements(c.pauses) p WHERE p ->> 'how' <> 'over'
    UNION ALL
    SELECT e.asked_at, 'extension', 'asked', e.id, e.asked_by, e.reason,
           jsonb_build_object('clock', e.kind, 'minutes', e.minutes)
    FROM views.extension e WHERE e.ticket = %(ticket)s
    UNION ALL
    SELECT e.decided_at, 'extension', e.state, e.id, e.decided_by, e.decision_reason,
           jsonb_build_object('clock', e.kind, 'minutes', e.granted_minutes)
    FROM views.extension e WHERE e.ticket = %(ticket)s AND e.decided_at IS NOT NULL
    UNION ALL
    SELECT c.at, 'climb', 'told', c.id, '', '',
           jsonb_build_object('clock', c.kind, 'level', c.level, 'person', coalesce(c.person_name, c.person))
    FROM views.climb c WHERE c.ticket = %(ticket)s
    UNION ALL
    SELECT c.answered_at, 'climb', 'answered', c.id, c.answered_by, c.note,
           jsonb_build_object('clock', c.kind, 'level', c.level, 'person', coalesce(c.person_name, c.person))
    FROM views.climb c WHERE c.ticket = %(ticket)s AND c.answered_at IS NOT NULL
    UNION ALL
    SELECT u.at, 'urge', 'urged', u.id, u.urged_by, u.text, jsonb_build_object('times', u.times, 'told', to_jsonb(u.told))
    FROM views.urge u WHERE u.ticket = %(ticket)s
    UNION ALL
    SELECT q.asked_at, 'consent', 'asked', q.id, q.asked_by, q.text,
           jsonb_build_object('tenant', q.tenant, 'site', q.site, 'site_name', q.site_name, 'until', q.answer_by)
    FROM consents q
    UNION ALL
    SELECT q.answered_at, 'consent', q.state, q.id, q.answered_by, q.answer_text,
           jsonb_build_object('tenant', q.tenant, 'site', q.site, 'site_name', q.site_name)
    FROM consents q WHERE q.answered_at IS NOT NULL
    UNION ALL
    SELECT max(k.registered_at), 'complaint', 'registered', '', '', '', jsonb_build_object('count', count(*))
    FROM views.complaint k WHERE k.incident = %(incident)s GROUP BY date_trunc('hour', k.registered_at)
    UNION ALL
    SELECT i.inspected_at, 'inspection', i.state, i.id, i.inspected_by, i.remark, jsonb_build_object('score', i.score)
    FROM views.inspection i WHERE i.id = %(ticket)s AND i.inspected_at IS NOT NULL
)
SELECT to_jsonb(t) AS body FROM told t ORDER BY t.at, t.object, t.id, t.kind LIMIT 2000
