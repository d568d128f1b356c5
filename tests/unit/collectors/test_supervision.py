"""Silence is told apart: a device, its site, the collector itself, a poller that asks nobody. And all of it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.catch import Contact
from collectors.places import Places, Snapshot
from collectors.supervision.rules import Supervision
from guywire.model import AlarmEvent, Identity, Severity
from tests.unit.collectors.silent_field import CUT_OFF, POLICY, START, UNASKED, Field, dark, device, places

SMALL = {"A": ("fsu", "router"), "B": ("fsu", "router"), "C": ("fsu",), "D": ("fsu",), "E": ("fsu", "ups", "router")}


def raised(events: Iterable[AlarmEvent]) -> list[Identity]:
    return [event.identity for event in events if not event.clears]


def test_a_device_that_does_not_answer_is_told_and_cleared_when_it_does() -> None:
    field = Field(places(SMALL))
    assert field.run(10) == []
    field.kill("A-router")
    (event,) = field.run(10)
    assert (event.identity, event.severity, event.domain) == (device("A", "router"), Severity.MAJOR, "p/c")
    assert event.source == "collector:north"
    assert "A-router does not answer" in event.text
    assert timedelta(minutes=14) < event.at - START < timedelta(minutes=16)
    field.heal()
    (cleared,) = field.run(11)
    assert (cleared.identity, cleared.clears) == (device("A", "router"), True)


def test_one_lost_poll_is_nothing() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A-router")
    field.run(1)
    field.heal()
    assert field.run(20) == []


def test_a_dark_site_is_one_alarm_and_not_one_for_each_device() -> None:
    field = Field(places(SMALL))
    field.run(10)
    field.kill("E")
    events = field.run(15)
    assert [(event.identity, event.severity) for event in events] == [(dark("E"), Severity.CRITICAL)]
    assert events[0].text == "none of its 3 devices answers"
    field.heal()
    assert [(event.identity, event.clears) for event in field.run(20)] == [(dark("E"), True)]


def test_the_last_device_to_fall_silent_turns_its_sites_alarms_into_one() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A-router")
    field.run(20)
    assert field.alarms == {device("A", "router")}
    field.kill("A")
    field.run(20)
    assert field.alarms == {dark("A")}


def test_a_site_that_is_half_back_is_not_dark_and_the_other_half_gets_time() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A")
    field.run(15)
    field.dead.discard("A-fsu")
    events = field.run(12)
    assert [(event.identity, event.clears) for event in events] == [(dark("A"), True)]
    field.run(25)
    assert field.alarms == {device("A", "router")}


def test_a_trap_from_a_device_that_is_not_polled_proves_that_its_site_lives() -> None:
    field = Field(places({"A": ("fsu", "router", "ups"), "B": ("fsu",)}, unpolled="ups"))
    field.run(5)
    field.kill("A-fsu", "A-router")
    for _ in range(20):
        field.run(1)
        field.trap("A-ups")
    assert field.alarms == {device("A", "fsu"), device("A", "router")}


def test_a_device_that_is_not_polled_is_never_silent() -> None:
    field = Field(places({"A": ("fsu", "ups"), "B": ("fsu",)}, unpolled="ups"))
    field.trap("A-ups")
    assert field.run(120) == []


@pytest.mark.parametrize(("parents", "told"), [
    ("", {device("C", "fsu")}),
    ("A", {dark("A"), dark("C")}),
    ("D", {device("D", "fsu"), device("C", "fsu")}),
])  # fmt: skip
def test_the_only_device_of_a_site_proves_it_dark_only_below_a_dark_one(parents: str, told: set[Identity]) -> None:
    field = Field(places({**SMALL, **{f"X{n}": ("fsu",) for n in range(9)}}, [(one, "C") for one in parents]))
    field.run(5)
    field.kill("C", *parents)
    field.run(25)
    assert field.alarms == told


def test_a_second_way_up_that_lives_leaves_it_open() -> None:
    field = Field(places({**SMALL, **{f"X{n}": ("fsu",) for n in range(9)}}, [("A", "C"), ("B", "C")]))
    field.run(5)
    field.kill("A", "C")
    field.run(25)
    assert field.alarms == {dark("A"), device("C", "fsu")}


def test_a_collector_that_is_cut_off_says_so_once_and_nothing_else() -> None:
    known = places({f"S{n}": ("fsu", "router") for n in range(50)}, [(f"S{n}", f"S{n + 1}") for n in range(49)])
    field = Field(known)
    field.run(10)
    field.kill(*known.domains)
    events = field.run(30)
    assert [(event.identity, event.severity) for event in events] == [(CUT_OFF, Severity.CRITICAL)]
    assert "100 devices stopped answering together" in events[0].text
    field.heal()
    assert [(event.identity, event.clears) for event in field.run(20)] == [(CUT_OFF, True)]


def test_what_is_dead_when_a_cut_ends_gets_its_time_and_is_told_then() -> None:
    known = places({f"S{n}": ("fsu",) for n in range(20)})
    field = Field(known)
    field.run(10)
    field.kill(*known.domains)
    field.run(20)
    field.dead = {"S3-fsu"}
    events = field.run(10)
    assert [(event.identity, event.clears) for event in events] == [(CUT_OFF, True)]
    field.run(20)
    assert field.alarms == {device("S3", "fsu")}


def test_those_long_dead_do_not_make_the_rest_look_cut_off() -> None:
    known = places({f"S{n}": ("fsu",) for n in range(20)})
    field = Field(known)
    for number in range(16):
        field.run(4)
        field.kill(f"S{number}")
    field.run(30)
    assert field.alarms == {device(f"S{number}", "fsu") for number in range(16)}


def test_a_network_of_one_site_is_dark_and_not_cut_off() -> None:
    field = Field(places({"A": ("a", "b", "c", "d", "e", "f")}))
    field.run(5)
    field.kill("A")
    field.run(20)
    assert field.alarms == {dark("A")}


def test_a_poller_that_asks_nobody_is_not_a_quiet_network() -> None:
    field = Field(places(SMALL))
    field.run(10)
    field.asks = False
    field.kill("A")
    (event,) = field.run(60)
    assert (event.identity, event.severity) == (UNASKED, Severity.CRITICAL)
    assert timedelta(minutes=12) < event.at - START <= timedelta(minutes=13)
    field.asks = True
    field.run(30)
    assert field.alarms == {dark("A")}


def test_a_poller_that_never_asked_is_noticed_too_and_without_anything_to_poll_nothing_is() -> None:
    field = Field(places(SMALL))
    field.asks = False
    assert raised(field.run(10)) == [UNASKED]
    assert Field(places({"A": ("ups",)}, unpolled="ups")).run(60) == []


def test_the_dead_alone_are_asked_ever_less_often_and_that_is_no_dead_poller() -> None:
    field = Field(places({"A": ("fsu",)}))
    field.run(5)
    field.kill("A")
    field.run(180)
    assert field.alarms == {device("A", "fsu")}


def test_what_stood_before_a_restart_is_cleared_by_the_first_answer() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A", "C")
    field.run(20)
    assert field.alarms == {dark("A"), device("C", "fsu")}
    field.heal()
    field.restart()
    field.run(11)
    assert field.alarms == set()


def test_what_stood_before_a_restart_and_goes_on_is_told_once_more() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A")
    field.run(20)
    field.restart()
    field.alarms.clear()  # its last words were lost
    field.run(30)
    assert field.alarms == {dark("A")}


def test_nothing_is_cleared_before_the_inventory_is_known() -> None:
    supervision = Supervision("north", START, [dark("A")])
    supervision.inventory(Places(Snapshot()), START)
    assert supervision.tick(START + timedelta(days=1), POLICY) == []
    supervision.inventory(Places(Snapshot(1)), START)
    assert [event.identity for event in supervision.tick(START, POLICY)] == [dark("A")]


def test_what_the_inventory_drops_or_moves_is_cleared_and_what_is_new_gets_time() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A", "C", "N")
    field.run(20)
    field.change(places({"C": ("gate",), "N": ("fsu",), "B": ("fsu", "router")}))
    field.kill("C", "N")
    assert [(event.identity, event.clears) for event in field.run(4)] == [
        (dark("A"), True), (device("C", "fsu"), True),
    ]  # fmt: skip
    field.run(20)
    assert field.alarms == {device("C", "gate"), device("N", "fsu")}


def test_what_could_not_be_kept_is_told_again_until_it_is() -> None:
    field = Field(places(SMALL))
    field.run(5)
    field.kill("A")
    field.spool_works = False
    assert field.run(20) == []
    field.spool_works = True
    assert raised(field.run(0.1)) == [dark("A")]


SITES = {f"S{n}": ("a", "b", "c")[: n % 3 + 1] for n in range(9)}
LINKS = [("S1", "S0"), ("S2", "S3"), ("S2", "S4"), ("S0", "S6"), ("S6", "S0")]
ADDRESSES = sorted(f"{site}-{name}" for site, names in SITES.items() for name in names)
happenings = st.one_of(
    st.tuples(st.just("dead"), st.frozensets(st.sampled_from(ADDRESSES))),
    st.tuples(st.just("dead"), st.frozensets(st.sampled_from(sorted(SITES)))),
    st.tuples(st.just("asks"), st.booleans()),
    st.tuples(st.just("spool"), st.booleans()),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("without"), st.sampled_from([*SITES, ""])),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(happenings, st.integers(1, 12)), max_size=6), st.frozensets(st.sampled_from(ADDRESSES)))
def test_whatever_happens_silence_is_told_and_ends_when_everybody_answers(
    story: list[tuple[tuple[str, object], int]], at_last: frozenset[str]
) -> None:
    field = Field(places(SITES, LINKS))
    for (what, which), minutes in story:
        match what, which:
            case "dead", frozenset():
                field.heal()
                field.kill(*which)
            case "asks", bool():
                field.asks = which
            case "spool", bool():
                field.spool_works = which
            case "without", str():
                field.change(places({site: names for site, names in SITES.items() if site != which}, LINKS))
            case _:
                field.restart()
        field.run(minutes)
    field.asks = field.spool_works = True
    field.heal()
    field.change(places(SITES, LINKS))
    field.kill(*at_last)
    field.run(60)
    for address in at_last:
        site, _, name = address.partition("-")
        assert field.alarms & {device(site, name), dark(site), CUT_OFF}, f"{address} is silent and nobody was told"
    field.heal()
    field.run(25)
    assert field.alarms == set()
    assert field.supervision.standing == frozenset()


def test_policy_decides_when_silence_is_told() -> None:
    quick = msgspec.structs.replace(
        POLICY, supervision=msgspec.structs.replace(POLICY.supervision, silent_after_seconds=30)
    )
    supervision = Supervision("north", START)
    supervision.inventory(places({"A": ("fsu",)}), START)
    for second in (10, 20):
        supervision.heard([Contact("A-fsu", START + timedelta(seconds=second), answered=False, asked=True)])
    at = START + timedelta(seconds=31)
    assert supervision.tick(at, POLICY) == []
    assert raised(supervision.tick(at, quick)) == [device("A", "fsu")]
