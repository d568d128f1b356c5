"""What a fuzzer throws datagrams at: decoding, and all of `hear`. Whatever comes, it is a trap or a `DecodeError`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from collectors.pipeline import Knowledge, hear
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile.classify import MAX_DETAILS, MAX_QUALIFIER, MAX_TEXT, Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.wire.decode import MAX_VARBINDS, DecodeError, Trap, decode, read
from collectors.wire.oid import oid_text
from collectors.wire.values import MAX_VALUE, value_text

_AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
_SENDERS = [Source(f"10.0.0.{number}", 162) for number in range(1, 5)]


@cache
def knowledge() -> Knowledge:
    """The profiles that ship, and a sender that names each of the common ones; one is unknown."""
    profiles = ("huawei-site-monitor-mib", "ups-mib", "alarm-mib")
    rows = [
        Equipment("S1", profile, "controller", sender.ip, profile)
        for profile, sender in zip(profiles, _SENDERS, strict=False)
    ]
    places = Places(Snapshot(1, {"S1": "sh/pudong"}, rows))
    return Knowledge(places, Classifier([load(path) for path in profile_files(SHIPPED)]))


def outcome(data: bytes) -> str:
    """`trap`, or the reason of the refusal; asserts what must hold of a trap, and of the events that it becomes."""
    trap = _made_of(decode, data)
    assert trap == _made_of(read, data), "what was learnt of other datagrams must not tell"
    if isinstance(trap, str):
        assert hear(data, _SENDERS[0], _AT, knowledge()).refused == trap
        return trap
    assert len(trap.varbinds) <= MAX_VARBINDS
    assert oid_text(trap.oid)
    for name, tag, raw in trap.varbinds:
        assert oid_text(name)
        assert value_text(tag, raw).isprintable()
    for source in _SENDERS:
        _check_event(data, source)
    return "trap"


def _made_of(reader: Callable[[bytes], Trap], data: bytes) -> Trap | str:
    """The trap, or the reason of the refusal."""
    try:
        return reader(data)
    except DecodeError as error:
        return error.reason


def _check_event(data: bytes, source: Source) -> None:
    heard = hear(data, source, _AT, knowledge())
    assert heard.trap is not None
    event = heard.event
    if event is None:
        return
    assert len(event.text) <= MAX_TEXT
    assert len(event.qualifier) <= MAX_QUALIFIER
    assert len(event.details) <= MAX_DETAILS + 1
    assert all(len(said) <= MAX_VALUE for name, said in event.details.items() if name != "trap")
    assert all(said.isprintable() for said in (event.text, event.qualifier, *event.details.values()))
