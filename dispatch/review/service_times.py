"""How long crews are on site, learned from what was done: views.need_minutes reckons with it, beside the batches."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from dispatch.review.policy import ServiceTimePolicy, policy_file
from guywire.database import Connection

_LEARN = """
INSERT INTO dispatch.service_time (kind, subject, site_class, minutes, visits, weight)
SELECT kind, subject, coalesce(site_class, ''), percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes), count(*),
       %(weight)s
FROM (
    SELECT n.kind, coalesce(nullif(n.alarm_type, ''), 'round:' || v.plan, '') AS subject,
           coalesce(nullif(s.site_class, ''), 'none') AS site_class,
           extract(epoch FROM w.ended_at - w.on_site_at) / 60 AS minutes
    FROM dispatch.work_order w
    JOIN views.need n ON n.id = w.need_ids[1]
    LEFT JOIN views.site s ON s.id = w.site_id
    LEFT JOIN dispatch.round_visit v ON v.ticket_id = n.ticket
    -- where one crew served several needs nobody knows how long each of them took
    WHERE w.state = 'done' AND w.on_site_at IS NOT NULL AND cardinality(w.need_ids) = 1 AND w.ended_at > %(since)s
) served
WHERE minutes BETWEEN %(least)s AND %(most)s
GROUP BY GROUPING SETS ((kind, subject), (kind, subject, site_class))
"""


class ServiceTimesLearned:
    """Learns anew when policy's time has passed; asked more often than that, it does nothing."""

    def __init__(self, data_dir: Path) -> None:
        self._policy = policy_file(data_dir)

    async def learn(self, connection: Connection, now: datetime) -> None:
        await learn(connection, now, self._policy.current().service_times)


async def learn(connection: Connection, now: datetime, policy: ServiceTimePolicy) -> None:
    """Replaces what was learned, where that is old enough, in one transaction."""
    async with connection.transaction():
        row = await connection.execute(
            "UPDATE dispatch.review_look SET learned_at = %s WHERE learned_at <= %s RETURNING learned_at",
            (now, now - timedelta(hours=policy.every_hours)),
        )
        if await row.fetchone() is None:
            return
        await connection.execute("DELETE FROM dispatch.service_time")
        values = {
            "since": now - timedelta(days=policy.days),
            "least": policy.least_minutes,
            "most": policy.most_minutes,
            "weight": policy.weight_of_known,
        }
        await connection.execute(_LEARN, values)
