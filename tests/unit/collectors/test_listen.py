"""Trap sockets of the real kernel: one port shared by several, buffers as large as can be had, drops that are told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from collectors.catch import Catch
from collectors.lately import REMEMBERED_SECONDS, Lately
from collectors.pipeline import Knowledge
from collectors.places import Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.wire.intake import Intake
from collectors.wire.listen import (
    AT_ONCE,
    ListenError,
    answer_through,
    bind_sockets,
    buffer_bytes,
    drain,
    drops,
    enlarge,
    listen,
)
from collectors.wire.tap import Taps

SECONDS = 10.0
MEGABYTE = 1 << 20


@contextmanager
def bound(number: int = 1, port: int = 0) -> Iterator[list[socket.socket]]:
    sockets = bind_sockets("127.0.0.1", port, number)
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


def send(to: socket.socket, data: bytes, times: int = 1) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for _ in range(times):
            device.sendto(data, to.getsockname())


def test_workers_share_one_port_and_each_datagram_reaches_one_of_them() -> None:
    with bound(3) as sockets:
        assert len({udp.getsockname() for udp in sockets}) == 1
        for number in range(64):
            send(sockets[0], b"%d" % number)
        found = [drain(udp) for udp in sockets]
    assert sorted(int(data) for batch in found for data, _ in batch) == list(range(64))
    assert sum(bool(batch) for batch in found) > 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_port_that_another_collector_has_is_not_shared_with_it(number: int) -> None:
    with bound(2) as taken, pytest.raises(ListenError, match="set trap_port"), bound(number, taken[0].getsockname()[1]):
        pass


def test_a_batch_is_bounded_and_the_rest_waits_in_the_kernel() -> None:
    with bound() as (udp,):
        enlarge(udp, 1)
        send(udp, b"trap", AT_ONCE + 5)
        assert [len(drain(udp)) for _ in range(3)] == [AT_ONCE, 5, 0]


def test_the_buffer_is_as_large_as_asked_or_as_the_kernel_allows_and_its_true_size_is_told() -> None:
    largest = int(Path("/proc/sys/net/core/rmem_max").read_text())
    with bound() as (udp,):
        for asked in (1, 2):
            assert enlarge(udp, asked) >= min(asked * MEGABYTE, largest)
        assert buffer_bytes(udp) == enlarge(udp, 2)
        assert min(1024 * MEGABYTE, largest) <= enlarge(udp, 1024) <= 1024 * MEGABYTE


def test_what_a_full_buffer_drops_is_counted_over_all_sockets_of_the_port() -> None:
    with bound(2) as sockets:
        for udp in sockets:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(64):
            send(sockets[0], bytes(1000), 10)
        kept = sum(len(drain(udp)) for udp in sockets)
        assert kept + drops(sockets) == 640
        assert drops(sockets) > 0
        assert drops(sockets) == drops(sockets[:1]) + drops(sockets[1:])


def test_what_grows_is_remembered_for_a_minute_and_is_news_again_after_a_quiet_one() -> None:
    seen = Lately()
    assert [seen.look(total, now) for total, now in ((0, 0.0), (5, 1.0), (9, 2.0), (9, 3.0))] == [
        False, True, False, False,
    ]  # fmt: skip
    assert seen.number == 9
    seen.look(9, 1.5 + REMEMBERED_SECONDS)
    assert seen.number == 4
    seen.look(9, 2.5 + REMEMBERED_SECONDS)
    assert seen.number == 0
    assert seen.look(10, 99.0) is True


async def test_while_batches_wait_to_be_kept_the_next_ones_wait_too_and_the_loop_goes_on(tmp_path: Path) -> None:
    open_, caught = asyncio.Event(), list[Catch]()
    rang = asyncio.Event()

    async def keep(catch: Catch) -> bool:
        rang.set()
        await open_.wait()
        caught.append(catch)
        return True

    knowledge = Knowledge(Places(Snapshot()), Classifier(()))
    answers = list[tuple[bytes, Source]]()
    intake = Intake(lambda: knowledge, keep, lambda data, to: answers.append((data, to)))
    with bound() as (udp,):
        enlarge(udp, 1)
        listening = asyncio.create_task(listen(udp, intake, Taps(tmp_path)))
        for _ in range(100):
            send(udp, b"rubbish", 10)
            await asyncio.sleep(0)
        await asyncio.wait_for(rang.wait(), SECONDS)
        open_.set()
        async with asyncio.timeout(SECONDS):
            while sum(one.tally.get("received", 0) for one in caught) < 1000:  # noqa: ASYNC110 - no event for the last
                await asyncio.sleep(0.005)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert sum(one.tally.get("refused:bad_tag", 0) for one in caught) == 1000


async def test_what_is_under_way_when_listening_ends_is_settled_before_it_ends() -> None:
    kept = list[Catch]()

    async def keep(catch: Catch) -> bool:
        await asyncio.sleep(0)
        kept.append(catch)
        return True

    knowledge = Knowledge(Places(Snapshot()), Classifier(()))
    intake = Intake(lambda: knowledge, keep, lambda *_: None)
    await intake.take([(b"rubbish", Source("10.0.0.1", 1))], datetime.now(UTC))
    await intake.settle()
    assert [one.tally for one in kept] == [{"refused:bad_tag": 1, "received": 1}]


def test_answers_that_cannot_be_sent_are_a_few_lines_in_the_log_however_many_they_are() -> None:
    with bound() as (udp,), capture_logs() as lines:
        for _ in range(1000):
            answer_through(udp, b"answer", Source("127.0.0.1", 0))  # from port 0 anybody can send; nobody can answer
    assert 0 < len(lines) <= 12
