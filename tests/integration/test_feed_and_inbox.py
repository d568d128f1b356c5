"""The ways of working together hold on a real database."""

from __future__ import annotations

import asyncio

from guywire import feed, inbox
from guywire.commands import CommentAlarm
from guywire.database import Connection, Wakeups, open_pool


async def _site(connection: Connection, site_id: str) -> None:
    await connection.execute(
        "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
        " VALUES (%s, 'n', 31, 121, 'p/c/a', 'p/c', 'A', 'Asia/Shanghai')",
        (site_id,),
    )


async def test_a_published_change_is_the_view_row_and_numbers_have_no_gaps(connection: Connection) -> None:
    for _ in range(3):
        async with connection.transaction():
            await feed.publish(connection, "guywire", {"inventory": ["0"], "alarm": ["A404"]})
    changes = await feed.read(connection, "me", "guywire")
    assert [change.seq for change in changes] == [1, 2, 3, 4, 5, 6]
    assert {change.body.get("gone", False) for change in changes if change.topic == "alarm"} == {True}


async def test_asking_twice_with_one_key_applies_once(connection: Connection, database_url: str) -> None:
    pool = await open_pool(database_url, max_size=4)
    wakeups = Wakeups(database_url, [inbox.ANSWERED])
    listening = asyncio.create_task(wakeups.run())
    command = CommentAlarm(alarm="A1", comment="seen")
    asks = [asyncio.create_task(inbox.ask(pool, wakeups, command, "ann", key="k1")) for _ in range(2)]
    applied = 0
    while not all(ask.done() for ask in asks):
        async with connection.transaction():
            for asked in await inbox.take(connection, "alarm_correlation"):
                applied += 1
                await inbox.answer(connection, asked, {"id": "A1"})
        await asyncio.wait(asks, timeout=0.05)
    assert applied == 1
    assert [ask.result() for ask in asks] == [{"id": "A1"}, {"id": "A1"}]
    listening.cancel()
    await pool.close()
