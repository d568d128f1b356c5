"""Whatever happens to a ticket, in whatever order: its clocks add up, and nobody is told twice or of what is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch.clocks.arithmetic import elapsed, outside, paused, remaining
from dispatch.clocks.model import Clock
from dispatch.clocks.terms import timer_of
from tests.unit.dispatch.clock_story import Story

START = datetime(2026, 3, 27, 14, tzinfo=UTC)  # a Friday afternoon in Berlin, two days before summer time
WORLD = {
    "sites": {
        "S1": {"time_zone": "Europe/Berlin", "tenants": ["Red"], "region": "p/c/a"},
        "S2": {"time_zone": "Europe/Berlin", "region": "p/c/b", "site_class": "A"},
    },
    "people": {
        "A1": {"region": "p/c/a"},
        "A2": {"region": "p/c/a", "shift": "Mon-Fri 08:00-18:00"},
        "B1": {"region": "p/c/b", "home": [31.0, 121.0]},
        "C1": {"region": "p/c"},
        "P1": {"region": "p"},
        "H1": {"region": ""},
        "T1": {"role": "technician", "home": [31.0, 121.0]},
    },
    "contracts": [
        {"tenant": "Red", "restore": 300, "calendar": "Mon-Fri 08:00-18:00"},
        {"tenant": "Red", "severity": "critical", "arrive": 45},
    ],
}
BEGIN = {
    "at": START,
    "tickets": {"K1": {"site_id": "S1", "sites": ["S1", "S2"], "down": ["S1"]}},
    "needs": {"N1": {"ticket": "K1", "site": "S1"}, "N2": {"ticket": "K1", "site": "S2"}},
    "orders": {"W1": {"technician": "T1", "needs": ["N1"], "state": "offered"}},
}
VISIT = {"technician": "T1", "needs": ["N1", "N2"]}
KINDS = st.sampled_from(["accept", "arrive", "restore"])
MINUTES = st.integers(1, 300)


def asked(command: str, **body: Any) -> dict[str, Any]:
    return {"asked": [{"command": command, "by": body.pop("by", "ann"), **body}]}


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """One thing that happens `after` some minutes; times in commands are minutes from then."""
    kind, minutes = draw(KINDS), draw(MINUTES)
    what: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {"tickets": {"K1": {"state": "held", "hold_reason": "flood"}}},
                {"tickets": {"K1": {"state": "in_progress"}}},
                {"tickets": {"K1": {"severity": "critical"}}},
                {"tickets": {"K1": {"severity": "minor"}}},
                {"tickets": {"K1": {"over_at": "now"}}},
                {"tickets": {"K1": {"over_at": "none"}}},
                {"orders": {"W1": {"state": "expired", "reason": "no coverage inside the outage"}}},
                {"orders": {"W2": {**VISIT, "state": "accepted", "accepted_at": "now"}}},
                {"orders": {"W2": {**VISIT, "state": "on_site", "on_site_at": "now"}}},
                {"seen": "some"},
                asked("PauseClock", ticket="K1", kind=kind, reason="weather", until=minutes),
                asked("ResumeClock", ticket="K1", kind=kind),
                asked("ExemptClock", ticket="K1", kind=kind, since=-minutes - 30, until=-minutes, reason="storm"),
                asked("AskExtension", ticket="K1", kind=kind, minutes=minutes, reason="r", evidence="e"),
                asked("DecideExtension", extension="K1-X1", granted=True, by="lee"),
                asked("AnswerClimb", climb=f"K1-C{minutes % 5}"),
                asked("UrgeTicket", ticket="K1", by=kind),
            ]
        )
    )
    return {"after": draw(st.integers(0, 240)), **what}


def timed(event: dict[str, Any], at: datetime, story: Story) -> dict[str, Any]:
    """The event as a step of a story at that moment."""
    known = story.board.clocks.climbs
    step: dict[str, Any] = {"at": at, "seen": [key for key in known if event.get("seen")][-1:]}
    for name in ("tickets", "orders"):
        step[name] = {
            key: {field: at if value == "now" else value for field, value in changes.items()}
            for key, changes in event.get(name, {}).items()
        }
    step["asked"] = [
        {name: at + timedelta(minutes=value) if name in ("since", "until") else value for name, value in one.items()}
        for one in event.get("asked", [])
    ]
    return step


class Watch:
    """A story with somebody who remembers what was told and taken back."""

    def __init__(self) -> None:
        self.story = Story(WORLD)
        self.told: set[str] = set()
        self.taken_back: set[str] = set()

    def step(self, step: dict[str, Any]) -> None:
        self.story.step(step)
        new = self.story.board.notices.new
        assert not self.told & new.keys(), "told twice"
        self.told |= new.keys()
        self.taken_back |= self.story.board.notices.over
        for clock in self.story.board.clocks.clocks.values():
            self._adds_up(clock)
        self._nobody_is_told_for_nothing()

    def _adds_up(self, clock: Clock) -> None:
        now = self.story.board.now
        timer = timer_of(clock, self.story.board.clocks.pauses.get(clock.clock_id, ()))
        wall = (clock.stopped_at or now) - clock.started_at
        assert elapsed(timer, now) + paused(timer, now) + outside(timer, now) == wall
        if clock.stopped_at:
            assert (clock.breached_at is not None) == (remaining(timer, now) < timedelta())
        else:
            assert (clock.breached_at is not None) == (remaining(timer, now) <= timedelta())

    def _nobody_is_told_for_nothing(self) -> None:
        clocks = self.story.board.clocks
        running = {(one.ticket_id, one.kind) for one in clocks.clocks.values() if one.stopped_at is None}
        standing = [one for one in clocks.climbs.values() if one.over_at is None]
        told = [(one.ticket_id, one.kind, one.person_id) for one in standing if one.person_id]
        assert len(told) == len(set(told)), "asked twice of the same thing"
        assert all((one.ticket_id, one.kind) in running for one in standing)
        over = {one.notice_id for one in clocks.climbs.values() if one.over_at and one.person_id}
        assert over <= self.taken_back


@settings(max_examples=150)
@given(st.lists(events(), min_size=1, max_size=14))
def test_clocks_add_up_and_nobody_is_told_twice_or_of_what_is_over(happens: list[dict[str, Any]]) -> None:
    watch, at = Watch(), START
    watch.step(BEGIN)
    for event in happens:
        at += timedelta(minutes=event["after"])
        watch.step(timed(event, at, watch.story))


HELD_OVER_AND_BACK: list[dict[str, Any]] = [
    {"after": 0, "tickets": {"K1": {"state": "held", "hold_reason": "flood"}}},
    {"after": 0, "tickets": {"K1": {"over_at": "now"}}},
    {"after": 0, "tickets": {"K1": {"state": "in_progress"}}},
    {"after": 0, "tickets": {"K1": {"over_at": "none"}}},
    {"after": 8, "tickets": {"K1": {"state": "held", "hold_reason": "flood"}}},
]
"""What comes back finds its ticket in another state than it was left in."""


@settings(max_examples=80)
@given(st.lists(events(), min_size=1, max_size=10), st.integers(7, 90))
@example(HELD_OVER_AND_BACK, 7)
def test_looking_more_often_changes_no_clock(happens: list[dict[str, Any]], every: int) -> None:
    """What is due, gone by and over depends on what happened and when, not on when dispatch looked."""
    happens = [event for event in happens if not event.get("seen") and "AnswerClimb" not in str(event)]
    seldom, often, at = Story(WORLD), Story(WORLD), START
    seldom.step(BEGIN)
    often.step(BEGIN)
    for event in happens:
        until = at + timedelta(minutes=event["after"])
        while (at := at + timedelta(minutes=every)) < until:
            often.step({"at": at})
        at = until
        assert told_by_clocks(seldom, timed(event, at, seldom)) == told_by_clocks(often, timed(event, at, often))


def told_by_clocks(story: Story, step: dict[str, Any]) -> object:
    return story.step(step)["clocks"]
