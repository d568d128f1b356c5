"""The stream over real sockets: nothing lost and nothing twice, whichever side goes away, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zmq
import zmq.asyncio

from guywire.stream import EVENTS_PER_BATCH, Batch, Mark, Piece, Receiver, Sender, StreamError
from guywire.stream.outflow import LATE_UNDER_WAY
from guywire.stream.protocol import LATE, Ack, Welcome, encode, encode_events
from guywire.stream.security import make_keys
from guywire.stream.window import EVENTS_UNDER_WAY
from tests.integration.stream_events import event

ANY_PORT = "tcp://127.0.0.1:*"
SECONDS = 20.0


@dataclass
class MemorySpool:
    """An outbox in memory, so that a test sees what the sender makes of it."""

    spool: str = "spool-1"
    bodies: dict[str, list[bytes]] = field(default_factory=dict)
    freed: dict[str, int] = field(default_factory=dict)
    renumbered: int = 0
    holes: dict[str, int] = field(default_factory=dict)
    """Of a lane, the last of the first numbers that are not there."""

    def add(self, first: int, count: int, domain: str = "sh/pudong") -> None:
        new = [encode_events([event(number, domain)]) for number in range(first, first + count)]
        self.bodies.setdefault(domain, []).extend(new)

    def last(self) -> Mapping[str, int]:
        return {domain: len(bodies) for domain, bodies in self.bodies.items()}

    def acked(self) -> Mapping[str, int]:
        return {domain: self.freed.get(domain, 0) for domain in self.bodies}

    def pending(self, lane: str, after: int) -> Piece | None:
        assert after >= self.freed.get(lane, 0), "what is freed cannot be sent"
        first = max(after + 1, self.holes.get(lane, 0) + 1)
        bodies = self.bodies[lane][first - 1 : first - 1 + EVENTS_PER_BATCH]
        return Piece(first, first + len(bodies) - 1, b"".join(bodies)) if bodies else None

    def acknowledge(self, seqs: Mapping[str, int]) -> None:
        for domain, seq in seqs.items():
            assert seq <= len(self.bodies.get(domain, []))
            self.freed[domain] = max(seq, self.freed.get(domain, 0))

    def renumber(self) -> None:
        self.renumbered += 1
        self.spool = f"spool-{1 + self.renumbered}"
        self.bodies = {domain: bodies[self.freed.get(domain, 0) :] for domain, bodies in self.bodies.items()}
        self.freed = {}


@dataclass
class Owner:
    """What a correlator does: takes batches, commits effect and marks together, acknowledges."""

    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)

    def commit(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            known = self.marks.get((batch.collector, batch.domain), Mark(batch.spool, 0))
            before = batch.first_seq - batch.skipped - 1
            assert before == (known.seq if known.spool == batch.spool else 0), "in order, without an unsaid gap"
            self.marks[batch.collector, batch.domain] = batch.mark
            self.seen += [int(one.qualifier) for one in batch.events]


async def take(receiver: Receiver, owner: Owner, until: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not until():
            batches = await receiver.batch(0.2)
            owner.commit(batches)
            await receiver.ack(batches)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - the spool rings no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def sending(url: str, spool: MemorySpool, keys: Path | None = None) -> AsyncIterator[Sender]:
    stop = asyncio.Event()
    sender = Sender(url, "north", spool, keys)
    task = asyncio.create_task(sender.run(stop))
    try:
        yield sender
    finally:
        stop.set()
        await task
        sender.close()


async def test_events_arrive_in_order_and_are_freed_once_they_are_acknowledged() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 1000)
    spool.add(1000, 120, "sh/minhang")
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool) as sender:
        await take(receiver, owner, lambda: len(owner.seen) == 1120)
        await eventually(lambda: spool.freed == {"sh/pudong": 1000, "sh/minhang": 120})
        assert sender.connected()
        spool.add(1120, 1)
        sender.wake()
        await take(receiver, owner, lambda: len(owner.seen) == 1121)
    receiver.close()
    assert sorted(owner.seen) == list(range(1121))
    assert owner.marks == {("north", "sh/pudong"): Mark("spool-1", 1001), ("north", "sh/minhang"): Mark("spool-1", 120)}


async def test_nothing_is_freed_before_the_owner_has_committed() -> None:
    spool = MemorySpool()
    spool.add(0, 3)
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        async with asyncio.timeout(SECONDS):
            while not (batches := await receiver.batch(1.0)):
                pass
        assert [one.qualifier for one in batches[0].events] == ["0", "1", "2"]
        assert await receiver.batch(0.1) == []
        assert spool.freed == {}
        await receiver.ack(batches)
        await eventually(lambda: spool.freed == {"sh/pudong": 3})
    receiver.close()


async def test_no_more_than_a_window_is_under_way_before_the_first_ack() -> None:
    spool = MemorySpool()
    spool.add(0, 5000)
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        got: list[Batch] = []
        async with asyncio.timeout(SECONDS):
            while sum(len(batch.events) for batch in got) < EVENTS_UNDER_WAY:
                got += await receiver.batch(0.2)
        got += await receiver.batch(0.2)
        assert sum(len(batch.events) for batch in got) == EVENTS_UNDER_WAY
        assert {len(batch.events) for batch in got} == {EVENTS_PER_BATCH}
    receiver.close()


async def test_what_a_failed_transaction_took_comes_again_after_a_rewind() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 300)
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) >= 100)
        spool.add(300, 300)
        failed = await receiver.batch(5.0)
        assert failed
        receiver.rewind(owner.marks)  # and `failed` is thrown away
        await take(receiver, owner, lambda: len(owner.seen) >= 600)
    receiver.close()
    assert owner.seen == list(range(600))


async def test_a_receiver_that_dies_between_commit_and_ack_gets_nothing_twice() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 500)
    first = Receiver(ANY_PORT, {})
    url = first.url
    async with sending(url, spool) as sender:
        async with asyncio.timeout(SECONDS):
            while not (batches := await first.batch(1.0)):
                pass
        owner.commit(batches)  # committed, never acknowledged
        first.close()
        spool.add(500, 500)
        sender.wake()
        second = Receiver(url, owner.marks)
        await take(second, owner, lambda: len(owner.seen) >= 1000)
        await eventually(lambda: spool.freed == {"sh/pudong": 1000})
        second.close()
    assert owner.seen == list(range(1000))


async def test_a_sender_that_restarts_goes_on_behind_what_is_committed() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 130)
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) == 130)
    spool.freed = {}  # its acks were lost in the crash
    spool.add(130, 70)
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) >= 200)
        await eventually(lambda: spool.freed == {"sh/pudong": 200})
    receiver.close()
    assert owner.seen == list(range(200))


async def test_a_database_that_lost_its_marks_goes_on_from_what_the_spool_still_has() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 100)
    spool.freed = {"sh/pudong": 60}
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        async with asyncio.timeout(SECONDS):
            while not (batches := await receiver.batch(1.0)):
                pass
        assert batches[0].first_seq == 61
        owner.seen += [int(one.qualifier) for batch in batches for one in batch.events]
    receiver.close()
    assert owner.seen == list(range(60, 100))


async def test_a_spool_restored_from_an_old_copy_takes_a_new_numbering_and_loses_nothing() -> None:
    spool, owner = MemorySpool(), Owner({("north", "sh/pudong"): Mark("spool-1", 500)})
    spool.add(0, 20)
    receiver = Receiver(ANY_PORT, owner.marks)
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) == 20)
    receiver.close()
    assert spool.renumbered == 1
    assert owner.marks == {("north", "sh/pudong"): Mark("spool-2", 20)}


async def test_numbers_that_the_spool_has_dropped_are_skipped_and_nothing_else_is(tmp_path: Path) -> None:
    spool, owner = MemorySpool(), Owner({("north", "sh/pudong"): Mark("spool-1", 30)})
    spool.add(0, 300)
    spool.freed = {"sh/pudong": 30}
    spool.holes = {"sh/pudong": 120}
    receiver = Receiver(ANY_PORT, owner.marks)
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) == 180)
        await eventually(lambda: spool.freed == {"sh/pudong": 300})
    receiver.close()
    assert owner.seen == list(range(120, 300))


async def test_late_lanes_together_have_a_small_window_and_live_ones_go_before_them() -> None:
    spool, live = MemorySpool(), "sh/pudong"
    for city in range(30):
        spool.add(0, 200, f"sh/{city}{LATE}")
    spool.add(0, 10, live)
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, spool):
        got: list[Batch] = []
        async with asyncio.timeout(SECONDS):
            while sum(len(batch.events) for batch in got) < LATE_UNDER_WAY + 10:
                got += await receiver.batch(0.2)
        got += await receiver.batch(0.2)
        assert sum(len(batch.events) for batch in got) == LATE_UNDER_WAY + 10
        assert got[0].domain == live
        assert len({batch.domain for batch in got[1:]}) == len(got[1:]), "in turn, so that none waits for the others"
    receiver.close()


async def test_a_receiver_knows_when_each_collector_was_last_heard_though_it_has_no_events() -> None:
    receiver = Receiver(ANY_PORT, {})
    async with sending(receiver.url, MemorySpool()):
        async with asyncio.timeout(SECONDS):
            while "north" not in receiver.last_heard():
                await receiver.batch(0.1)
            first = receiver.last_heard()["north"]
            while receiver.last_heard()["north"] == first:
                await receiver.batch(0.1)
    assert first < receiver.last_heard()["north"] <= asyncio.get_running_loop().time()
    receiver.close()


async def test_rubbish_from_a_peer_disturbs_nobody() -> None:
    spool, owner = MemorySpool(), Owner()
    spool.add(0, 10)
    receiver = Receiver(ANY_PORT, {})
    context = zmq.asyncio.Context()
    stranger = context.socket(zmq.DEALER)
    stranger.connect(receiver.url)
    for frame in (
        b"",
        b"\xff" * 100,
        encode([1, 2]),
        encode(["batch", "north"]),
        encode(["hello", "x", "y", {"a": -1}, {}]),
        encode(["hello", "x" * 100_000, "y", {}, {"a": 2**63}]),  # more than any database's mark could be
        encode(["batch", "north", "a\0b", "s", 1, [event(1)]]),
        encode(["batch", "north", "a", "s", 2**63, [event(1)], 2**63]),
    ):
        await stranger.send(frame)
    async with sending(receiver.url, spool):
        await take(receiver, owner, lambda: len(owner.seen) == 10)
    receiver.close()
    context.destroy(linger=0)


async def test_an_ack_for_what_was_never_sent_frees_nothing() -> None:
    spool = MemorySpool()
    spool.add(0, 10)
    context = zmq.asyncio.Context()
    broken = context.socket(zmq.ROUTER)
    port = broken.bind_to_random_port("tcp://127.0.0.1")
    async with sending(f"tcp://127.0.0.1:{port}", spool):
        peer, _ = await broken.recv_multipart()
        await broken.send_multipart([peer, encode(Welcome(spool.spool, {}))])
        while b"batch" not in (await broken.recv_multipart())[-1]:
            pass
        await broken.send_multipart([peer, encode(Ack(spool.spool, "sh/pudong", 10_000))])
        await broken.send_multipart([peer, encode(Ack(spool.spool, "sh/pudong", 3))])
        await eventually(lambda: spool.acked().get("sh/pudong") == 3)
    context.destroy(linger=0)


async def test_a_stream_that_leaves_the_machine_without_keys_is_refused() -> None:
    with pytest.raises(StreamError, match="needs keys"):
        Receiver("tcp://0.0.0.0:*", {})
    with pytest.raises(StreamError, match="needs keys"):
        Sender("tcp://correlator.example:9470", "north", MemorySpool())


async def test_an_address_that_is_taken_is_told() -> None:
    receiver = Receiver(ANY_PORT, {})
    with pytest.raises(StreamError, match="in use"):
        Receiver(receiver.url, {})
    receiver.close()


async def test_with_keys_a_known_collector_is_let_in_over_any_address_and_a_stranger_is_not(tmp_path: Path) -> None:
    ours, strange = tmp_path / "ours", tmp_path / "strange"
    make_keys(ours)
    make_keys(strange)
    (strange / "server.key").write_bytes((ours / "server.key").read_bytes())
    owner, known, unknown = Owner(), MemorySpool(), MemorySpool()
    known.add(0, 10)
    unknown.add(100, 10)
    receiver = Receiver("tcp://0.0.0.0:*", {}, keys=ours)
    url = receiver.url.replace("0.0.0.0", "127.0.0.1")
    async with sending(url, unknown, strange) as stranger, sending(url, known, ours):
        await take(receiver, owner, lambda: len(owner.seen) == 10)
        assert not stranger.connected()
    receiver.close()
    assert owner.seen == list(range(10))


def test_keys_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(StreamError, match=r"server\.key_secret: not a readable key"):
        Receiver("tcp://0.0.0.0:*", {}, keys=tmp_path)
