-- Alarms that spoke against the operators who were at work, hour by hour: ISA-18.2's figures.
WITH act AS MATERIALIZED (
    {facts}
), present AS MATERIALIZED (
    SELECT date_bin('1 hour', at, 'epoch') AS hour, count(DISTINCT operator) AS operators FROM act GROUP BY 1
), slot AS MATERIALIZED (
    SELECT date_bin('10 minutes', a.raised_at, 'epoch') AS slot, count(*) AS alarms
    FROM views.alarm a
    WHERE a.raised_at >= %(since)s AND a.raised_at < %(until)s AND a.silenced_by = '' AND NOT a.baseline
        AND (%(region)s = '' OR a.region = %(region)s OR starts_with(a.region, %(region)s || '/'))
    GROUP BY 1
), hour AS MATERIALIZED (
    SELECT h AS hour, date_trunc(%(unit)s, h, %(zone)s) AS bucket, coalesce(p.operators, 0) AS operators,
           greatest(coalesce(p.operators, 0), 1) AS desks, coalesce(s.alarms, 0) AS alarms, coalesce(s.floods, 0) AS floods
    FROM generate_series(date_bin('1 hour', %(since)s, 'epoch'), least(%(until)s, %(now)s) - interval '1 second', '1 hour') h
    LEFT JOIN present p ON p.hour = h
    LEFT JOIN (
        SELECT date_bin('1 hour', slot, 'epoch') AS hour, sum(alarms) AS alarms,
               count(*) FILTER (WHERE alarms > 10 * greatest(coalesce(p.operators, 0), 1)) AS floods
        FROM slot LEFT JOIN present p ON p.hour = date_bin('1 hour', slot, 'epoch') GROUP BY 1) s ON s.hour = h
)
SELECT CASE grouping(bucket) WHEN 1 THEN 'total' ELSE 'trend' END AS part, '' AS id, NULL AS name, bucket AS at,
       sum(alarms)::bigint AS n, sum(alarms)::float8 / sum(desks) AS load,
       100.0 * count(*) FILTER (WHERE alarms > 12 * desks) / count(*) AS over_most,
       100.0 * sum(floods) / (6 * count(*)) AS flood, sum(operators)::bigint AS hours, NULL::bigint AS acts,
       NULL::bigint AS acknowledged
FROM hour GROUP BY GROUPING SETS ((), (bucket))
UNION ALL
SELECT 'item', operator, NULL, NULL, sum(alarms)::bigint, sum(alarms) / count(*),
       100.0 * count(*) FILTER (WHERE alarms > 12) / count(*), NULL, count(*), sum(acts)::bigint, sum(acknowledged)::bigint
FROM (
    SELECT a.operator, a.hour, a.acts, a.acknowledged, h.alarms::float8 / h.desks AS alarms
    FROM (SELECT operator, date_bin('1 hour', at, 'epoch') AS hour, count(*) AS acts,
                 count(*) FILTER (WHERE action = 'AcknowledgeAlarm') AS acknowledged
          FROM act GROUP BY 1, 2) a
    JOIN hour h USING (hour)
) o GROUP BY operator
