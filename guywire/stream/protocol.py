"""What collector and correlator say to each other on the stream: five messages, MessagePack, one ZeroMQ frame each.

    collector  HELLO(collector, spool, acked and last seq a domain)   ->  WELCOME(committed seq a domain)
    collector  BATCH(collector, spool, domain, first_seq, events)     ->  ACK(spool, domain, seq), once committed
                                                                      ->  AGAIN: not in step, say HELLO

A sequence runs from 1 for each (collector, spool, domain). It has holes only where the collector says so: a batch tells
how many numbers before its first were `skipped`, because what had them was merged or discarded. There is one way to get
into step, HELLO and WELCOME, whatever happened before: a first start, either side's restart, a lost frame, a
transaction that failed.

What is called domain here is a lane: the domain's own for what is sent as it happens, and one with `LATE` behind its
name for what waited while the correlator was away. The receiver need not know; an event tells its own domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec

from guywire.model import AlarmEvent

EVENTS_PER_BATCH = 50
MAX_FRAME_BYTES = 4 << 20
FRAMES_IN_QUEUE = 10_000
"""ZeroMQ's high-water mark: far above any window, because a mark equal to the window can hang both sides."""

LATE = "~late"

_Seq = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
_Name = Annotated[str, msgspec.Meta(max_length=1000, pattern=r"\A[^\x00]*\Z")]
"""What no database could hold is not taken in: a high-water mark stands on it."""


class Mark(NamedTuple):
    """How far the events of one (collector, domain) have come; `spool` tells one numbering from the next."""

    spool: str
    seq: int


class _Message(msgspec.Struct, frozen=True, array_like=True, tag=str.lower):
    pass


class Hello(_Message, frozen=True):
    """`acked` is the floor: nothing at or below it can be sent again. `last` is the newest event in the spool."""

    collector: _Name
    spool: _Name
    acked: dict[_Name, _Seq]
    last: dict[_Name, _Seq]


class Batch(_Message, frozen=True):
    """Up to 50 events of one domain, `first_seq` the first one's number, the others follow without a gap.

    The `skipped` numbers before the first are never sent.
    """

    collector: _Name
    domain: _Name
    spool: _Name
    first_seq: Annotated[int, msgspec.Meta(ge=1, le=1 << 62)]
    events: Annotated[tuple[AlarmEvent, ...], msgspec.Meta(min_length=1, max_length=EVENTS_PER_BATCH)]
    skipped: _Seq = 0

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.events) - 1

    @property
    def mark(self) -> Mark:
        """Where the high-water mark stands once this batch is committed."""
        return Mark(self.spool, self.last_seq)


class EncodedBatch(_Message, frozen=True, tag="batch"):
    """The same message on its way out: the events as the spool keeps them, already encoded, in one array."""

    collector: str
    domain: str
    spool: str
    first_seq: int
    events: msgspec.Raw
    skipped: int


class Welcome(_Message, frozen=True):
    """What is committed of this spool, for each domain that either side knows; doubles as an acknowledgement."""

    spool: str
    committed: dict[str, _Seq]


class Ack(_Message, frozen=True):
    """All events up to `seq` are committed."""

    spool: str
    domain: str
    seq: _Seq


class Again(_Message, frozen=True):
    """The receiver does not know the sender, or misses events before the ones it got: say HELLO."""


encode = msgspec.msgpack.Encoder().encode
decode_from_collector = msgspec.msgpack.Decoder(Hello | Batch).decode
decode_from_correlator = msgspec.msgpack.Decoder(Welcome | Ack | Again).decode


def encode_events(events: Sequence[AlarmEvent]) -> bytes:
    """At most 50 events one behind the other, without the array around them: pieces of a batch can be joined."""
    return encode(events)[_array_header_length(len(events)) :]


def as_array(count: int, events: bytes) -> msgspec.Raw:
    """The MessagePack array of `count` already encoded events."""
    return msgspec.Raw((bytes((0x90 | count,)) if count < 16 else b"\xdc" + count.to_bytes(2, "big")) + events)


def decode_events(count: int, events: bytes) -> list[AlarmEvent]:
    """The reverse of `encode_events`."""
    return _decode_events(as_array(count, events))


def is_late(lane: str) -> bool:
    return lane.endswith(LATE)


def _array_header_length(count: int) -> int:
    return 1 if count < 16 else 3


_decode_events = msgspec.msgpack.Decoder(list[AlarmEvent]).decode
