"""The link over a real socketpair: every catch is answered in order, and either side's end is an end for the other."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from collectors.catch import Catch, Contact
from collectors.feeding import link
from collectors.feeding.link import KEEPER_FD, UNDER_WAY, KeeperLink, LinkError, connect_keeper, serve
from guywire.model import AlarmEvent, Severity

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECONDS = 10.0


def catch(number: int) -> Catch:
    event = AlarmEvent(
        at=AT, received_at=AT, site="S1", resource="radio-1", alarm_type="link-down", severity=Severity.MAJOR,
        qualifier=str(number), raw=b"\0\xff", details={"市电": "停电"},
    )  # fmt: skip
    return Catch([event], {0: bytes(16)}, [Contact("10.0.0.1", AT)], {"received": number})


@dataclass
class Keeping:
    """A keeper that keeps what it is told to keep, when it is told to."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    caught: list[Catch] = field(default_factory=list)
    keeps: Callable[[Catch], bool] = lambda _: True
    heard: int = 0

    async def keep(self, catch: Catch) -> bool:
        await self.open.wait()
        self.caught.append(catch)
        return self.keeps(catch)

    def hear(self) -> None:
        self.heard += 1


@asynccontextmanager
async def linked(keeping: Keeping) -> AsyncIterator[tuple[KeeperLink, asyncio.Task[None]]]:
    ours, theirs = socket.socketpair()
    serving = asyncio.create_task(serve(ours, keeping.keep, keeping.hear))
    feeder = KeeperLink(*await asyncio.open_connection(sock=theirs))
    running = asyncio.create_task(feeder.run())
    try:
        async with asyncio.timeout(SECONDS):
            yield feeder, serving
    finally:
        for task in (running, serving):
            task.cancel()
        await asyncio.gather(running, serving, return_exceptions=True)


async def test_catches_arrive_whole_and_in_order_and_each_gets_its_own_answer() -> None:
    keeping = Keeping(keeps=lambda one: one.tally["received"] % 3 != 0)
    keeping.open.set()
    async with linked(keeping) as (feeder, _):
        answers = await asyncio.gather(*(feeder.keep(catch(number)) for number in range(100)))
    assert keeping.caught == [catch(number) for number in range(100)]
    assert answers == [number % 3 != 0 for number in range(100)]
    assert keeping.heard == 100


async def test_only_so_many_are_under_way_at_a_time() -> None:
    keeping = Keeping()
    async with linked(keeping) as (feeder, _):
        asked = [asyncio.create_task(feeder.keep(catch(number))) for number in range(3 * UNDER_WAY)]
        done, _ = await asyncio.wait(asked, timeout=0)
        assert not done
        assert len(feeder._answers) == UNDER_WAY
        keeping.open.set()
        assert await asyncio.gather(*asked) == [True] * len(asked)


async def test_a_catch_whose_asker_gave_up_does_not_shift_the_answers_of_the_others() -> None:
    keeping = Keeping(keeps=lambda one: one.tally["received"] != 1)
    async with linked(keeping) as (feeder, _):
        first, second, third = (asyncio.create_task(feeder.keep(catch(number))) for number in range(3))
        await asyncio.wait([first], timeout=0)
        first.cancel()
        keeping.open.set()
        assert (await second, await third) == (False, True)


async def test_when_the_keeper_is_gone_what_was_under_way_is_not_kept_and_nothing_is_from_then_on() -> None:
    keeping = Keeping()
    async with linked(keeping) as (feeder, serving):
        asked = asyncio.create_task(feeder.keep(catch(1)))
        await asyncio.wait([asked], timeout=0)
        serving.cancel()
        assert await asked is False
        assert await feeder.keep(catch(2)) is False


async def test_what_a_feeder_handed_over_before_it_died_is_kept_and_half_a_frame_is_not() -> None:
    keeping = Keeping()
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(link._frame(catch(1)) + link._frame(catch(2)) + link._frame(catch(3))[:-1])
    keeping.open.set()
    await asyncio.wait_for(serve(ours, keeping.keep, keeping.hear), SECONDS)
    assert keeping.caught == [catch(1), catch(2)]


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack(">I", link.MAX_FRAME_BYTES + 1),
        struct.pack(">I", 4) + b"junk",
        struct.pack(">I", 0),
        b"\xff" * 100,
    ],
)
async def test_what_is_no_catch_ends_the_link(frame: bytes) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(frame)
        with pytest.raises(LinkError):
            await asyncio.wait_for(serve(ours, Keeping().keep, lambda: None), SECONDS)
        assert theirs.recv(1) == b"", "the feeder sees the end"


async def test_a_catch_that_no_frame_can_hold_is_refused_where_it_was_made() -> None:
    keeping = Keeping()
    async with linked(keeping) as (feeder, _):
        event = catch(1).events[0]
        huge = Catch([event] * (link.MAX_FRAME_BYTES // 100))
        with pytest.raises(LinkError, match="hand over less"):
            await feeder.keep(huge)
        keeping.open.set()
        assert await feeder.keep(catch(2))


@pytest.mark.parametrize("said", [None, "", "x", "999999"])
async def test_without_a_keeper_a_feeder_says_who_should_have_started_it(
    said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEEPER_FD, raising=False)
    if said is not None:
        monkeypatch.setenv(KEEPER_FD, said)
    with pytest.raises(LinkError, match="python -m collectors"):
        await connect_keeper()


async def test_the_link_is_found_by_the_descriptor_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    keeping = Keeping()
    keeping.open.set()
    ours, theirs = socket.socketpair()
    monkeypatch.setenv(KEEPER_FD, str(os.dup(theirs.fileno())))
    theirs.close()
    serving = asyncio.create_task(serve(ours, keeping.keep, keeping.hear))
    feeder = await connect_keeper()
    running = asyncio.create_task(feeder.run())
    assert await asyncio.wait_for(feeder.keep(catch(5)), SECONDS)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.wait_for(serving, SECONDS)
