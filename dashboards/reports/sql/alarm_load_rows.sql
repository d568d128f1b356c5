-- Alarms that spoke against the operators who were at work, hour by hour: ISA-18.2's figures. Hours in which nobody was
-- there have no load; they and what spoke in them stand apart.
WITH act AS MATERIALIZED (
    {facts}
), operator AS (
    -- whoever may act in the region bears its alarms; named are those of the region alone
    SELECT u.id, (%(region)s = '' OR u.region = %(region)s OR starts_with(u.region, %(region)s || '/')) AS is_named
    FROM views.every_account u
    WHERE u.role IN ('noc_operator', 'shift_leader', 'admin')
        AND (%(region)s = '' OR u.region IN ('', %(region)s) OR starts_with(u.region, %(region)s || '/')
             OR starts_with(%(region)s, u.region || '/'))
), present AS MATERIALIZED (
    SELECT x.hour, x.operator, o.is_named
    FROM (
        SELECT date_bin('1 hour', a.at, 'epoch') AS hour, a.actor AS operator FROM views.act a
        WHERE a.at >= %(since)s AND a.at < %(until)s
        UNION
        SELECT p.hour, p.account FROM views.presence p
        WHERE p.hour >= date_bin('1 hour', %(since)s, 'epoch') AND p.hour < %(until)s) x
    JOIN operator o ON o.id = x.operator
), there AS MATERIALIZED (
    SELECT hour, count(*) AS operators FROM present GROUP BY hour
), slot AS MATERIALIZED (
    SELECT date_bin('10 minutes', a.raised_at, 'epoch') AS slot, count(*) AS alarms
    FROM views.alarm a
    WHERE a.raised_at >= %(since)s AND a.raised_at < %(until)s AND a.silenced_by = '' AND NOT a.baseline
        AND (%(region)s = '' OR a.region = %(region)s OR starts_with(a.region, %(region)s || '/'))
    GROUP BY 1
), hour AS MATERIALIZED (
    SELECT h AS hour, date_trunc(%(unit)s, greatest(h, %(since)s), %(zone)s) AS bucket, coalesce(t.operators, 0) AS operators,
           coalesce(s.alarms, 0) AS alarms, coalesce(s.floods, 0) AS floods, coalesce(s.peak, 0)::float8 AS peak
    FROM generate_series(date_bin('1 hour', %(since)s, 'epoch'), least(%(until)s, %(now)s) - interval '1 second', '1 hour') h
    LEFT JOIN there t ON t.hour = h
    LEFT JOIN (
        SELECT date_bin('1 hour', slot, 'epoch') AS hour, sum(alarms) AS alarms, max(alarms) AS peak,
               count(*) FILTER (WHERE alarms > 10 * t.operators) AS floods
        FROM slot LEFT JOIN there t ON t.hour = date_bin('1 hour', slot, 'epoch') GROUP BY 1) s ON s.hour = h
), manned AS (
    SELECT bucket, sum(alarms)::bigint AS n,
           sum(alarms) FILTER (WHERE operators > 0)::float8 / nullif(sum(operators), 0) AS load,
           100.0 * count(*) FILTER (WHERE operators > 0 AND alarms > 12 * operators) / nullif(count(*) FILTER (WHERE operators > 0), 0)
               AS over_most,
           100.0 * sum(floods) / nullif(6 * count(*) FILTER (WHERE operators > 0), 0) AS flood,
           max(peak / nullif(operators, 0)) AS peak, sum(operators)::bigint AS hours,
           count(*) FILTER (WHERE operators = 0) AS unmanned, sum(alarms) FILTER (WHERE operators = 0)::bigint AS unheard,
           grouping(bucket) AS is_total
    FROM hour GROUP BY GROUPING SETS ((), (bucket))
)
SELECT CASE is_total WHEN 1 THEN 'total' ELSE 'trend' END AS part, '' AS id, NULL AS name, bucket AS at, n, load, over_most,
       flood, peak, hours, unmanned, coalesce(unheard, 0) AS unheard, NULL::bigint AS acts, NULL::bigint AS acknowledged
FROM manned
UNION ALL
SELECT 'item', p.operator, NULL, NULL, sum(h.alarms::float8 / h.operators)::bigint, avg(h.alarms::float8 / h.operators),
       100.0 * count(*) FILTER (WHERE h.alarms > 12 * h.operators) / count(*),
       100.0 * sum(h.floods) / (6 * count(*)), max(h.peak / h.operators), count(*), NULL, NULL,
       coalesce(sum(d.acts), 0)::bigint, coalesce(sum(d.acknowledged), 0)::bigint
FROM present p
JOIN hour h USING (hour)
LEFT JOIN (
    SELECT operator, date_bin('1 hour', at, 'epoch') AS hour, count(*) AS acts,
           count(*) FILTER (WHERE action = 'AcknowledgeAlarm') AS acknowledged
    FROM act GROUP BY 1, 2) d ON (d.operator, d.hour) = (p.operator, p.hour)
WHERE p.is_named GROUP BY p.operator
