-- Rolls up the given days of the given sites: each reading holds until the next of its series, if that comes in time.
WITH due AS (
    SELECT * FROM unnest(%(sites)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(lows)s::float8[],
                         %(highs)s::float8[], %(whole)s::boolean[])
        AS d (site, starts_at, ends_at, low, high, is_whole)
), series AS (
    SELECT d.*, r.resource, r.qualifier FROM due d
    LEFT JOIN views.latest_reading r ON r.site = d.site AND r.metric = 'dc-output-voltage'
), held AS (
    SELECT x.*, extract(epoch FROM least(next_at, x.ends_at) - greatest(x.at, x.starts_at)) AS seconds
    FROM (
        SELECT e.*, v.at, v.value, lead(v.at) OVER (PARTITION BY e.site, e.starts_at, e.low, e.high, e.resource, e.qualifier
                                                    ORDER BY v.at) AS next_at
        FROM series e
        LEFT JOIN LATERAL (SELECT at, value FROM views.sample s
            WHERE s.site = e.site AND s.resource = e.resource AND s.metric = 'dc-output-voltage' AND s.qualifier = e.qualifier
                AND s.at >= e.starts_at - %(gap)s AND s.at < e.ends_at + %(gap)s
            OFFSET 0  -- site by site, by the index of series: a plan over all of them reads every partition whole
        ) v ON true
    ) x
), kept AS (
    SELECT * FROM held WHERE value IS NOT NULL AND next_at - at <= %(gap)s AND next_at > starts_at AND at < ends_at
), output AS (
    SELECT d.site, d.starts_at, d.low, d.high, k.resource, k.qualifier, coalesce(sum(k.seconds), 0) AS measured,
           coalesce(sum(k.seconds) FILTER (WHERE k.value BETWEEN d.low AND d.high), 0) AS within,
           min(k.value) AS lowest, max(k.value) AS highest
    FROM due d LEFT JOIN kept k USING (site, starts_at, low, high)
    GROUP BY d.site, d.starts_at, d.low, d.high, k.resource, k.qualifier
), worst AS (
    -- of several outputs the one that was outside the longest, then the one that was measured least
    SELECT DISTINCT ON (site, starts_at, low, high) *, min(lowest) OVER w AS least, max(highest) OVER w AS most
    FROM output WINDOW w AS (PARTITION BY site, starts_at, low, high)
    ORDER BY site, starts_at, low, high, measured - within DESC, measured
)
INSERT INTO centre.voltage_day AS v (site_id, starts_at, voltage_low, voltage_high, due_seconds, measured_seconds,
    within_seconds, lowest, highest, is_whole)
SELECT d.site, d.starts_at, d.low, d.high, extract(epoch FROM d.ends_at - d.starts_at)::integer, round(w.measured)::integer,
       round(w.within)::integer, w.least, w.most, d.is_whole
FROM due d JOIN worst w USING (site, starts_at, low, high)
ON CONFLICT (site_id, starts_at, voltage_low, voltage_high) DO UPDATE
SET due_seconds = excluded.due_seconds, measured_seconds = excluded.measured_seconds,
    within_seconds = excluded.within_seconds, lowest = excluded.lowest, highest = excluded.highest,
    is_whole = excluded.is_whole
