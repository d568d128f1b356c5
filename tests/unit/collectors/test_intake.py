"""A batch becomes one catch: its events, informs and contacts, an outcome a datagram; answers wait until it is kept."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest

from collectors.catch import Catch, Contact
from collectors.feeding.link import UNDER_WAY
from collectors.pipeline import MOST_RAW, Knowledge, hear, heard, rehear
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile.classify import Classifier, Verdict
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.wire.datagrams import LARGEST_MESSAGE, Datagram, decode_batch
from collectors.wire.decode import Trap, decode
from collectors.wire.intake import Intake, digest, sift
from guywire.model import Severity
from tests.unit.collectors.snmp_messages import v2_message

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KNOWN, UNKNOWN = Source("10.0.0.1", 161), Source("10.9.9.9", 161)
LINK_DOWN, UPS_TEST, NOBODYS = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.33.2.2", "1.3.6.1.4.1.99999.0.1"
V3 = b"\x30\x03\x02\x01\x03"
CLASSIFIER = Classifier(load(path) for path in profile_files(SHIPPED))
RADIO = Equipment("S1", "radio-1", address="10.0.0.1")
KNOWLEDGE = Knowledge(Places(Snapshot(1, {"S1": "sh/pudong"}, [RADIO])), CLASSIFIER)


def test_a_batch_becomes_one_catch_with_one_outcome_a_datagram() -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    batch = [
        (v2_message(LINK_DOWN), KNOWN),
        (inform, KNOWN),
        (v2_message(NOBODYS), UNKNOWN),
        (v2_message(UPS_TEST), KNOWN),
        (b"rubbish", KNOWN),
        (b"", UNKNOWN),
        (V3, KNOWN),
    ]
    haul = sift(batch, AT, KNOWLEDGE)
    assert [event.resource for event in haul.catch.events] == ["radio-1", "radio-1", "unidentified:10.9.9.9"]
    assert haul.catch.informs == {1: digest(inform, KNOWN)}
    assert haul.catch.contacts == [Contact("10.0.0.1", AT)]
    assert haul.catch.tally == {
        "received": 6, "decoded": 4, "ignored": 1, "refused:bad_tag": 1, "refused:truncated": 1,
        "unknown_source": 1, "unidentified": 1,
    }  # fmt: skip
    assert haul.foreign == [(V3, KNOWN)]
    assert haul.answers == [(inform.replace(b"\xa6", b"\xa2", 1), KNOWN)]


def test_an_inform_that_is_no_alarm_is_owed_an_answer_too() -> None:
    haul = sift([(v2_message(UPS_TEST, inform=True), KNOWN)], AT, KNOWLEDGE)
    assert (len(haul.answers), haul.catch.events, haul.catch.informs) == (1, [], {})


def test_the_same_words_from_another_port_are_another_inform() -> None:
    inform = v2_message(LINK_DOWN, inform=True, request_id=5)
    assert digest(inform, KNOWN) == digest(inform, Source("10.0.0.1", 161))
    assert len({digest(inform, KNOWN), digest(inform, Source("10.0.0.1", 162)), digest(inform, UNKNOWN)}) == 3


def test_a_device_that_spoke_is_a_contact_even_when_what_it_said_is_no_alarm_but_not_when_it_was_not_understood() -> (
    None
):
    assert sift([(v2_message(UPS_TEST), KNOWN)] * 3, AT, KNOWLEDGE).catch.contacts == [Contact("10.0.0.1", AT)]
    assert sift([(b"rubbish", KNOWN), (v2_message(LINK_DOWN), UNKNOWN)], AT, KNOWLEDGE).catch.contacts == []


@pytest.mark.parametrize(
    ("trap", "source", "kept"),
    [(LINK_DOWN, KNOWN, False), (NOBODYS, KNOWN, True), (LINK_DOWN, UNKNOWN, True), (NOBODYS, UNKNOWN, True)],
)
def test_only_what_could_not_be_identified_keeps_its_datagram(trap: str, source: Source, kept: bool) -> None:
    data = v2_message(trap)
    event = hear(data, source, AT, KNOWLEDGE).event
    assert event is not None
    assert event.raw == (data if kept else b"")


def test_a_datagram_too_large_to_be_kept_is_not_kept_at_all() -> None:
    fits = v2_message(NOBODYS, [("1.3.6.1.4.1.99999.1", "octets", b"x" * 1800)])
    large = v2_message(NOBODYS, [("1.3.6.1.4.1.99999.1", "octets", b"x" * 2100)])
    assert len(fits) <= MOST_RAW < len(large)
    found = [hear(data, KNOWN, AT, KNOWLEDGE).event for data in (fits, large)]
    assert [event and event.raw for event in found] == [fits, b""]


def test_what_was_kept_is_heard_again_with_todays_knowledge_and_the_time_of_then() -> None:
    data = v2_message(LINK_DOWN)
    first = hear(data, UNKNOWN, AT, KNOWLEDGE).event
    assert first is not None
    adopted = Equipment("S1", "radio-2", address=UNKNOWN.ip)
    today = Knowledge(Places(Snapshot(2, {"S1": "sh/pudong"}, [RADIO, adopted])), CLASSIFIER)
    again = rehear(first.raw, Source(first.source, 0), first.received_at, today)
    assert again is not None
    assert (again.resource, again.alarm_type, again.at, again.raw) == ("radio-2", "link-down", AT, b"")
    assert rehear(first.raw, UNKNOWN, AT, KNOWLEDGE) == first, "nothing new is known: it says the same"
    assert rehear(v2_message(UPS_TEST), KNOWN, AT, KNOWLEDGE) is None
    assert rehear(b"rubbish", KNOWN, AT, KNOWLEDGE) is None


def test_a_trap_that_somebody_else_decoded_passes_the_same_stages() -> None:
    data = v2_message(NOBODYS)
    assert heard(decode(data), KNOWN, AT, KNOWLEDGE, data) == hear(data, KNOWN, AT, KNOWLEDGE)
    event = heard(decode(data), KNOWN, AT, KNOWLEDGE).event
    assert event is not None
    assert event.raw == b""


def test_what_one_datagram_breaks_is_counted_and_the_others_of_its_batch_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(trap: Trap, profile: str) -> Verdict:
        if trap.inform:
            raise ZeroDivisionError
        return Verdict("link-down", Severity.MAJOR, "", "")

    monkeypatch.setattr(KNOWLEDGE.classifier, "classify", stumble)
    haul = sift([(v2_message(LINK_DOWN), KNOWN), *informs(range(2)), (v2_message(LINK_DOWN), KNOWN)], AT, KNOWLEDGE)
    assert (haul.catch.tally["refused:unforeseen"], len(haul.catch.events), haul.answers) == (2, 2, [])


class Keeping:
    """A keeper in the test's hand."""

    def __init__(self) -> None:
        self.caught: list[Catch] = []
        self.open = asyncio.Event()
        self.kept = True
        self.answers: list[Datagram] = []

    async def keep(self, catch: Catch) -> bool:
        await self.open.wait()
        self.caught.append(catch)
        return self.kept

    def intake(self, forward: socket.socket | None = None) -> Intake:
        return Intake(lambda: KNOWLEDGE, self.keep, lambda data, to: self.answers.append((data, to)), lambda: forward)

    def counted(self, name: str) -> int:
        return sum(catch.tally.get(name, 0) for catch in self.caught)


def informs(numbers: range) -> list[Datagram]:
    return [(v2_message(LINK_DOWN, inform=True, request_id=number), KNOWN) for number in numbers]


async def test_informs_are_answered_when_their_catch_is_kept_and_counted_after_that() -> None:
    keeping = Keeping()
    intake = keeping.intake()
    await intake.take(informs(range(3)), AT)
    assert keeping.answers == []
    keeping.open.set()
    await intake.settle()
    assert len(keeping.answers) == 3
    assert keeping.counted("informs_answered") == 3
    await intake.tell()
    assert len(keeping.caught) == 2, "nothing is told twice"


async def test_no_inform_of_a_catch_that_was_refused_is_answered() -> None:
    keeping = Keeping()
    keeping.open.set()
    keeping.kept = False
    intake = keeping.intake()
    await intake.take(informs(range(3)), AT)
    await intake.settle()
    assert (keeping.answers, keeping.counted("informs_answered")) == ([], 0)


async def test_batches_are_handed_over_in_order_and_only_so_many_are_under_way() -> None:
    keeping = Keeping()
    intake = keeping.intake()
    for number in range(UNDER_WAY):
        await intake.take([(v2_message(LINK_DOWN), KNOWN)], AT + timedelta(seconds=number))
    one_more = asyncio.create_task(intake.take([(v2_message(LINK_DOWN), KNOWN)], AT + timedelta(seconds=UNDER_WAY)))
    done, _ = await asyncio.wait([one_more], timeout=0.01)
    assert not done
    keeping.open.set()
    await one_more
    await intake.settle()
    times = [event.at for catch in keeping.caught for event in catch.events]
    assert times == [AT + timedelta(seconds=number) for number in range(UNDER_WAY + 1)]


async def test_snmpv3_goes_whole_to_the_process_that_speaks_it_and_what_that_cannot_take_is_counted_as_refused() -> (
    None
):
    keeping = Keeping()
    keeping.open.set()
    forward, foreign = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with forward, foreign:
        for one in (forward, foreign):
            one.setblocking(False)
        intake = keeping.intake(forward)
        sent = 0
        while not keeping.counted("refused:snmpv3_overload"):
            await intake.take([(V3 + bytes(500), KNOWN)] * 100, AT)
            await intake.settle()
            sent += 100
        copies = []
        while True:
            try:
                copies += decode_batch(foreign.recv(LARGEST_MESSAGE))
            except BlockingIOError:
                break
        assert {(copy.data, copy.source, copy.at) for copy in copies} == {(V3 + bytes(500), KNOWN, AT.timestamp())}
        refused = keeping.counted("refused:snmpv3_overload")
        assert (keeping.counted("forwarded"), keeping.counted("received")) == (len(copies), refused)
        assert len(copies) + refused == sent


async def test_without_anybody_who_speaks_snmpv3_it_is_refused_as_such() -> None:
    keeping = Keeping()
    keeping.open.set()
    intake = keeping.intake()
    await intake.take([(V3, KNOWN)] * 2, AT)
    await intake.settle()
    assert (keeping.counted("received"), keeping.counted("refused:snmpv3")) == (2, 2)


def test_the_order_of_a_batch_is_told_by_its_times() -> None:
    clear, again = v2_message("1.3.6.1.6.3.1.1.5.4"), v2_message(LINK_DOWN)
    events = sift([(clear, KNOWN), (again, KNOWN)], AT, KNOWLEDGE).catch.events
    assert [(event.clears, event.at >= AT) for event in events] == [(True, True), (False, True)]
    assert events[0].at < events[1].at
    assert all(event.at == event.received_at for event in events)
