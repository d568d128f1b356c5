"""Thousands of SNMPv3 messages, sound and spoilt, to ours and to pysnmp's engine: believed or refused alike.

Where the two differ on purpose stands in `DEVIATIONS`; docs/decisions/0228-snmpv3-without-pysnmp.md has the reasons.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from collectors.credentials import User
from collectors.usm.encode import Clock
from collectors.usm.engine import Accepted, Engine, Refused
from collectors.usm.memory import Memory
from collectors.usm.message import parse
from tests.unit.collectors.usm_messages import EVERY_USER, NOBODY_ASKS, Header, message, opened, pdu
from tests.unit.collectors.usm_oracle import Oracle

OWN = bytes.fromhex("8000000005") + b"guywire-test"
SENDERS = [bytes.fromhex("80001f8804") + name for name in (b"rectifier", b"genset")]
USERS = (*EVERY_USER, NOBODY_ASKS)
NOW = 10_000.0
ROUNDS = int(os.environ.get("GUYWIRE_TEST_USM_ROUNDS", "1"))  # of 1,892 messages each


@dataclass(frozen=True)
class Outcome:
    """What ours made of a message ("" for accepted, else the reason), and whether pysnmp believed it."""

    data: bytes
    user: User
    reason: str
    believed: bool

    @property
    def alike(self) -> bool:
        return (self.reason == "") == self.believed


DEVIATIONS: dict[str, Callable[[Outcome], bool]] = {
    "a trap at a lower level than its user's is refused": lambda one: one.reason == "usm_level" and one.believed,
    "a trap that is old, or came before, is refused": lambda one: (
        one.reason in ("usm_time_window", "usm_replayed") and one.believed
    ),
    "an authenticated message needs a user": lambda one: one.reason == "usm_unknown_user" and one.believed,
    "a sender's engine id need not be known before": lambda one: (
        not one.reason and parse(one.data).engine not in (*SENDERS, OWN)
    ),
    "what nobody authenticated must at least be a notification as of SNMPv2c": lambda one: (
        one.user == NOBODY_ASKS and one.believed and not one.reason.startswith("usm_")
    ),
}


@dataclass
class Source:
    """Makes messages: each `spoil` takes a header and a PDU that would do, and returns what is sent."""

    boots: int
    time: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    number: int = 0
    sent: list[bytes] = field(default_factory=list)

    def messages(self, user: User) -> Iterator[bytes]:
        for inform in (False, True):
            for spoil in SPOILS:
                self.number += 1
                sender = self.chance.choice(SENDERS)
                header = Header(user, sender, 3, 1_000 + self.number, id=self.number)
                if inform:
                    header = Header(user, OWN, self.boots, self.time, id=self.number, reportable=True)
                made = spoil(self, header, pdu(inform=inform, request_id=self.number))
                self.sent = [*self.sent[-50:], made]
                yield made

    def sound(self, header: Header, inner: bytes) -> bytes:
        return message(header, inner)

    def flipped(self, header: Header, inner: bytes) -> bytes:
        out = bytearray(message(header, inner))
        for _ in range(self.chance.randint(1, 3)):
            out[self.chance.randrange(len(out))] ^= 1 << self.chance.randrange(8)
        return bytes(out)

    def cut(self, header: Header, inner: bytes) -> bytes:
        whole = message(header, inner)
        return whole[: self.chance.randrange(len(whole))]

    def padded(self, header: Header, inner: bytes) -> bytes:
        return message(header, inner) + bytes(self.chance.randint(1, 9))

    def of_another(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, name=self.chance.choice(USERS).user), inner)

    def of_a_stranger(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, name="stranger"), inner)

    def of_nobody(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, user=replace(header.user, user="")), inner)

    def lower(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, level=self.chance.choice((0, header.user.flags & 1))), inner)

    def by_another_password(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, user=replace(header.user, auth_password=b"something else")), inner)

    def by_another_cipher_key(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, user=replace(header.user, priv_password=b"something else")), inner)

    def of_another_boot(self, header: Header, inner: bytes) -> bytes:
        wrong = header.boots + (self.chance.choice((-1, 1)) if header.engine == OWN else -1)
        return message(replace(header, boots=wrong), inner)

    def early(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, time=max(0, header.time - 300)), inner)

    def late(self, header: Header, inner: bytes) -> bytes:
        far = 300 if header.engine == OWN else 0
        return message(replace(header, time=header.time + self.chance.choice((0, 100, far))), inner)

    def for_another_engine(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, engine=self.chance.choice(SENDERS), boots=3, time=1_000 + self.number), inner)

    def by_our_engine(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, engine=OWN, boots=self.boots, time=self.time), inner)

    def by_a_new_engine(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, engine=b"\x80\0\0\0\5 newcomer"), inner)

    def discovering(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, engine=b"", level=0), inner)

    def otherwise_reportable(self, header: Header, inner: bytes) -> bytes:
        return message(replace(header, reportable=not header.reportable), inner)

    def another_pdu(self, header: Header, inner: bytes) -> bytes:
        return message(header, bytes((self.chance.choice((0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8)),)) + inner[1:])

    def again(self, header: Header, inner: bytes) -> bytes:
        return self.chance.choice(self.sent)


SPOILS: tuple[Callable[[Source, Header, bytes], bytes], ...] = (
    Source.sound, Source.flipped, Source.flipped, Source.flipped, Source.cut, Source.padded, Source.of_another,
    Source.of_a_stranger, Source.of_nobody, Source.lower, Source.by_another_password, Source.by_another_cipher_key,
    Source.of_another_boot, Source.early, Source.late, Source.for_another_engine, Source.by_our_engine,
    Source.by_a_new_engine, Source.discovering, Source.otherwise_reportable, Source.another_pdu, Source.again,
)  # fmt: skip


@dataclass
class Pair:
    """Both engines, with the same id, boots and users."""

    ours: Engine
    theirs: Oracle

    def both(self, data: bytes, user: User) -> Outcome:
        said, judged = self.ours.receive(data, NOW), self.theirs.judge(data)
        return Outcome(data, user, said.reason if isinstance(said, Refused) else "", judged.heard == 1)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    oracle = Oracle(tmp_path_factory.mktemp("pysnmp"), OWN, SENDERS, USERS)
    yield oracle
    oracle.close()


@pytest.fixture
def pair(oracle: Oracle) -> Pair:
    return Pair(Engine(Clock(OWN, oracle.boots, NOW - oracle.time), Memory(), USERS), oracle)


def test_every_message_is_believed_or_refused_as_by_pysnmp_but_for_listed_deviations(pair: Pair) -> None:
    source = Source(pair.theirs.boots, pair.theirs.time)
    seen: Counter[str] = Counter()
    for user in (*USERS * ROUNDS, *[NOBODY_ASKS] * 8):
        for data in source.messages(user):
            outcome = pair.both(data, user)
            seen["messages"] += 1
            if outcome.alike:
                seen["believed" if outcome.believed else "refused"] += 1
                continue
            reasons = [reason for reason, applies in DEVIATIONS.items() if applies(outcome)]
            assert reasons, f"{user.name}: {outcome.reason!r}, pysnmp believed: {outcome.believed}: {data.hex()}"
            seen[reasons[0]] += 1
    assert seen["messages"] > 2_000
    assert seen["believed"] > 400
    assert seen["refused"] > 1_000
    assert [reason for reason in DEVIATIONS if not seen[reason]] == []  # none is listed that does not happen


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.name)
def test_an_inform_is_answered_as_pysnmp_answers_it(pair: Pair, user: User) -> None:
    header = Header(user, OWN, pair.theirs.boots, pair.theirs.time, id=900, reportable=True, context=b"power")
    data = message(header, pdu(inform=True, request_id=901))
    ours, (theirs,) = pair.ours.receive(data, NOW), pair.theirs.judge(data).replies
    assert isinstance(ours, Accepted)
    (engine, boots, _), scoped = opened(ours.answer, user)
    assert (engine, boots) == (OWN, pair.theirs.boots)
    padding = len(scoped) - len(opened(theirs, user)[1])
    assert scoped == opened(theirs, user)[1] + bytes(padding)
