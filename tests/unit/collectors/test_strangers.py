"""Senders and traps that somebody invents: few alarms, few kept datagrams, little memory, and nothing uncounted."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from collectors.keeping.guard import DEVICES_AT_MOST, SOURCES_AT_MOST, Guard
from collectors.keeping.strangers import OTHERS, PLACE_SECONDS, RAW_AT_ONCE, Strangers
from collectors.policy import default_policy
from guywire.model import UNKNOWN_SENDER, AlarmEvent, Severity
from tests.unit.collectors.spool_events import heard

AT = datetime(2026, 11, 22, tzinfo=UTC)
NOW = AT.timestamp()
LIMITS = default_policy().guard


def stranger(number: int, *, site: str = "", qualifier: str = "1.3.6.1.4.1.9.1", raw: bytes = b"trap") -> AlarmEvent:
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return AlarmEvent(
        at=AT, received_at=AT, site=site, resource=UNKNOWN_SENDER + address, alarm_type="unidentified",
        severity=Severity.INDETERMINATE, qualifier=qualifier, source=address, raw=raw,
    )  # fmt: skip


def test_beyond_its_places_all_strangers_are_one_alarm_that_counts_them_and_keeps_nothing_of_them() -> None:
    strangers = Strangers()
    admitted = strangers.admit([stranger(number) for number in range(5000)], NOW, 100)
    assert [event.source for event in admitted[:100]] == [stranger(number).source for number in range(100)]
    assert {event.identity for event in admitted[100:]} == {("", OTHERS, "unidentified", "")}
    assert sum(event.count for event in admitted) == 5000
    assert not any(event.raw or event.details or event.source for event in admitted[100:])
    assert len(strangers) == 100


def test_a_sender_that_invents_traps_takes_no_more_places_than_one_that_invents_senders() -> None:
    admitted = Strangers().admit([stranger(1, qualifier=f"1.3.{number}") for number in range(500)], NOW, 100)
    assert len({event.identity for event in admitted}) == 101


def test_who_has_a_place_keeps_it_while_he_is_heard_and_gives_it_up_after_six_quiet_hours() -> None:
    strangers, first, second = Strangers(), stranger(1), stranger(2)
    later = NOW + PLACE_SECONDS / 2
    assert strangers.admit([first, second], NOW, 2) == [first, second]
    assert strangers.admit([first], later, 2) == [first]
    assert strangers.admit([stranger(3)], later, 2)[0].resource == OTHERS
    assert strangers.admit([stranger(3), second], NOW + PLACE_SECONDS + 61, 2) == [
        stranger(3), *strangers.admit([stranger(4)], NOW + PLACE_SECONDS + 61, 2)
    ]  # fmt: skip


@pytest.mark.parametrize("jump", [-86_400.0 * 365, 86_400.0 * 365])
def test_a_clock_that_jumps_costs_nobody_his_place_for_long(jump: float) -> None:
    strangers = Strangers()
    strangers.admit([stranger(number) for number in range(10)], NOW, 10)
    assert strangers.admit([stranger(99)], NOW + jump, 10) == [stranger(99)]


def test_of_what_nobody_understands_some_datagrams_are_kept_and_then_one_a_minute() -> None:
    puzzle = msgspec.structs.replace(stranger(1), site="S1", resource="rectifier-1")
    for event in (stranger(1), puzzle):
        strangers = Strangers()
        said = strangers.admit([event] * 100, NOW, 10)
        assert [bool(one.raw) for one in said] == [True] * RAW_AT_ONCE + [False] * (100 - RAW_AT_ONCE)
        assert strangers.admit([event] * 2, NOW + 60, 10) == [event, msgspec.structs.replace(event, raw=b"")]


def test_an_invented_trap_of_a_known_device_stays_its_own_alarm_but_fills_no_memory() -> None:
    strangers = Strangers()
    puzzles = [
        msgspec.structs.replace(stranger(1, qualifier=f"1.3.{number}"), site="S1", resource="rectifier-1")
        for number in range(500)
    ]
    admitted = strangers.admit(puzzles, NOW, 100)
    assert [event.identity for event in admitted] == [event.identity for event in puzzles]
    assert sum(bool(event.raw) for event in admitted) == len(strangers) == 100


def test_what_is_known_is_not_looked_at() -> None:
    strangers, event = Strangers(), heard(0)
    assert strangers.admit([event] * 50, NOW, 1) == [event] * 50
    assert len(strangers) == 0


def test_spoofed_sources_of_one_site_share_a_bucket_so_that_its_storm_is_merged() -> None:
    guard, limits = Guard(), msgspec.structs.replace(LIMITS, burst=2, per_second=1.0)
    step = guard.admit([heard(0, source=f"10.1.{n >> 8}.{n & 255}") for n in range(5000)], NOW, limits)
    assert len(step.through) <= SOURCES_AT_MOST + 2
    assert len(step.through) + step.merged + len(guard) == 5000


def test_a_guard_to_whom_everybody_is_new_stays_small_and_forgets_them() -> None:
    guard = Guard(now=NOW)
    events = [heard(0, site=f"S{number}") for number in range(DEVICES_AT_MOST + 5000)]
    through = len(guard.admit(events, NOW, LIMITS).through)
    assert len(guard._devices) <= DEVICES_AT_MOST + 1
    assert through + len(guard) == len(events)
    assert len(guard) == LIMITS.held_at_most
    for seconds in (600, 1200, 1800):
        guard.release(NOW + seconds, LIMITS)
    assert (guard._devices, guard._sources) == ({}, {})
