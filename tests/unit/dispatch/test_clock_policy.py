"""The policy of clocks: checked when read; of regions and contracts the strictest counts; who stands on each level."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from dispatch.clocks.calendars import Calendar, as_text
from dispatch.clocks.kinds import ClockKind, Level, region_at
from dispatch.clocks.model import Clock, Contract, Pause, Site
from dispatch.clocks.people import persons_for
from dispatch.clocks.policy import SlaPolicy, policy_file, shipped_policy
from dispatch.clocks.settle import settle
from dispatch.clocks.terms import Terms, strictest
from dispatch.model import Place
from dispatch.records import Person
from dispatch.rota.state import Rota
from guywire.policy_file import PolicyError, read_policy

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)  # a Saturday
SHIPPED = shipped_policy()
SITE = Site(
    site_id="S1", name="S1", site_class="B", region="p/c/a", time_zone="UTC", tenants=("Blue", "Red"), place=Place(0, 0)
)
CLOCK = Clock(
    clock_id="T1-restore",
    ticket_id="T1",
    kind=ClockKind.RESTORE,
    need_id="",
    site_id="S1",
    region="p/c/a",
    domain="p/c",
    started_at=NOW,
    term_minutes=100,
    calendar="",
    time_zone="UTC",
    tenant="",
    severity="major",
    site_class="B",
)


def over(text: str) -> SlaPolicy:
    """What ships, and over it what an operator's file says."""
    return read_policy(text, "sla.toml", SlaPolicy, SHIPPED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[terms.accept]\nurgent = { A = 1 }", "critical|major|minor"),
        ("[terms.sleep]\nmajor = { A = 1 }", "sleep"),
        ("[terms.accept]\nmajor = { A = 0 }", ">= 1"),
        ("[terms.accept]\nmajor = { D = 5 }", "[ABC]"),
        ('[calendars.odd]\nweekly = "Mon-Fry 08:00-18:00"', "Fry"),
        ('[calendars.odd]\nextra = ["2026-10-10"]', "write it like 2026-10-10 08:00-18:00"),
        ('[calendars.odd]\nextra = ["tomorrow 08:00-18:00"]', "write it like 2026-10-10 08:00-18:00"),
        ('[calendars.odd]\nholidays = ["2026-13-01"]', "date"),
        ('[calendar_of]\nminor = "school"', "there is no calendar 'school'"),
        ('[what]\naccept = { zh = "{who}", en = "late" }', "{ticket}"),
        ('[what]\naccept = { zh = "{ticket", en = "late" }', "cannot be filled in"),
        ("[pauses.reasons.nap]\nclocks = []\nmost_hours = 1", "words"),
    ],
)
def test_a_bad_value_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        over(text)
    assert str(caught.value).startswith("sla.toml:")
    assert reason in str(caught.value)


def test_a_ladder_goes_up() -> None:
    text = resources.files("dispatch.clocks").joinpath("sla.toml").read_text("utf-8")
    down = text.replace('level = "city"', 'level = "area"', 1)
    with pytest.raises(PolicyError, match="each level once, in the order area, city, province, headquarters"):
        read_policy(down, "sla.toml", SlaPolicy)


def test_the_file_in_force_says_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "sla.toml").write_text("[terms.accept]\nmajor = { A = 5 }\n")
    policy = policy_file(tmp_path).current()
    assert policy.minutes(ClockKind.ACCEPT, "major", "A", "p") == 5
    assert policy.minutes(ClockKind.ACCEPT, "major", "B", "p") == SHIPPED.minutes(ClockKind.ACCEPT, "major", "B", "p")
    assert policy.ladder == SHIPPED.ladder


def test_the_longest_region_path_that_has_a_figure_counts() -> None:
    policy = over('[regions."p".arrive]\nmajor = { A = 50, B = 60 }\n[regions."p/c".arrive]\nmajor = { B = 70 }')
    found = [policy.minutes(ClockKind.ARRIVE, "major", site_class, "p/c/a") for site_class in "ABC"]
    assert found == [50, 70, SHIPPED.minutes(ClockKind.ARRIVE, "major", "C", "q")]
    assert policy.minutes(ClockKind.ARRIVE, "major", "B", "q/c/a") == SHIPPED.terms[ClockKind.ARRIVE]["major"]["B"]


def test_what_has_no_term_has_no_clock() -> None:
    assert SHIPPED.minutes(ClockKind.ACCEPT, "indeterminate", "A", "p") is None


def contract(tenant: str, restore: int | None, region: str = "", severity: str = "", calendar: str = "") -> Contract:
    return Contract(tenant, region, severity, None, None, restore, calendar)


@pytest.mark.parametrize(
    ("contracts", "tenant", "minutes"),
    [
        ([], "", 480),
        ([contract("Red", 400)], "Red", 400),
        ([contract("Red", 600)], "", 480),  # the house is stricter
        ([contract("Green", 10)], "", 480),  # not a tenant of this site
        ([contract("Red", 400), contract("Red", 450, region="p/c")], "Red", 450),  # the narrower one of a tenant
        (
            [contract("Red", 400, severity="major"), contract("Red", 450, region="p")],
            "Red",
            450,
        ),  # region before severity
        ([contract("Red", 400), contract("Red", 450, severity="major")], "Red", 450),
        ([contract("Red", 400), contract("Red", 300, severity="critical")], "Red", 400),
        ([contract("Red", 400), contract("Red", None, region="p/c/a")], "Red", 400),  # says nothing of this clock
        ([contract("Red", 400), contract("Blue", 390)], "Blue", 390),
        # fewer minutes, but on a Saturday they are due on Monday
        ([contract("Red", 470), contract("Blue", 60, calendar="workdays")], "Red", 470),
        ([contract("Red", 470), contract("Blue", 60, calendar="Sat 08:00-18:00")], "Blue", 60),
        ([contract("Red", 470), contract("Blue", 60, calendar="nobody can read this")], "Blue", 60),  # counts always
    ],
)
def test_of_all_that_was_promised_what_is_due_first_counts(
    contracts: list[Contract], tenant: str, minutes: int
) -> None:
    terms = Terms(SHIPPED, contracts).at(ClockKind.RESTORE, "major", SITE)
    best = strictest(terms, CLOCK, ())
    assert best is not None
    assert (best.tenant, best.minutes) == (tenant, minutes)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def pause(start: float, until: float | None) -> Pause:
    end = None if until is None else at(until)
    return Pause(
        pause_id="P", clock_id="", how="pause", reason="r", since=at(start), until=end, made_at=NOW, made_by="ann"
    )


def test_a_clock_asks_to_be_looked_at_when_something_becomes_of_it() -> None:
    ladder = SHIPPED.ladder[ClockKind.RESTORE]
    looks = [NOW]
    clock = CLOCK
    while clock.look_at or clock == CLOCK:
        clock = settle(clock, [pause(10, 30)], ladder, looks[-1])
        looks.append(clock.look_at or NOW)
    # the pause ends, area at 75 % of 100 min, due and city at once, province 2 h over, headquarters 8 h over
    assert looks[1:-1] == [at(30), at(95), at(120), at(240), at(600)]
    assert (clock.steps, clock.breached_at) == (4, at(120))


def test_a_pause_without_an_end_is_due_never_and_asks_for_nothing() -> None:
    clock = settle(CLOCK, [pause(10, None)], SHIPPED.ladder[ClockKind.RESTORE], at(20))
    assert (clock.state, clock.due_at, clock.look_at, clock.elapsed_seconds) == ("paused", None, None, 600)


def test_stopped_at_the_very_moment_it_was_due_is_in_time() -> None:
    for minutes, breached in ((100, None), (100.1, at(100))):
        clock = settle(replace(CLOCK, stopped_at=at(minutes)), [], (), at(999))
        assert (clock.state, clock.breached_at) == ("stopped", breached)


def person(person_id: str, region: str, shift: str = "", role: str = "area_manager") -> Person:
    return Person(technician_id=person_id, name="", region=region, home=Place(0, 0), role=role, shift=shift)


PEOPLE = [
    person("A2", "p/c/a"),
    person("A1", "p/c/a", "20:00-08:00"),
    person("B1", "p/c/b"),
    person("C1", "p/c", "20:00-07:00"),
    person("C2", "p/c", "22:00-06:00"),
    person("P1", "p", "nobody can read this"),
    person("H1", ""),
    person("T1", "p/c/a", role="technician"),
]


@pytest.mark.parametrize(
    ("level", "region", "expected"),
    [
        ("area", "p/c/a", ["A2"]),  # who is on duty
        ("city", "p/c/a", ["C1", "C2"]),  # nobody is: all of them
        ("province", "p/c/a", ["P1"]),  # better once too often than nobody
        ("headquarters", "p/c/a", ["H1"]),
        ("area", "p/c/z", []),
        ("area", "p/c/b/street", ["B1"]),
    ],
)
def test_who_answers_for_a_level(level: Level, region: str, expected: list[str]) -> None:
    assert [one.technician_id for one in persons_for(PEOPLE, level, region, NOW, UTC, Rota())] == expected


def test_a_level_answers_for_its_part_of_the_tree() -> None:
    levels: list[Level] = ["area", "city", "province", "headquarters"]
    assert [region_at("p/c/a/street", level) for level in levels] == ["p/c/a", "p/c", "p", ""]


def test_a_calendar_that_counts_always_is_kept_as_nothing() -> None:
    assert as_text(Calendar()) == as_text(Calendar(extra=("2026-10-10 08:00-18:00",))) == ""
