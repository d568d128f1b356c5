"""In whatever order: nothing is said twice, nobody woken, no VIP closed unsatisfied, and time runs forward."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.care.ending import call_back, close, rate, reopen
from complaints.care.model import State, Who
from complaints.care.policy import shipped_policy
from guywire.commands.complaints import CallBack, CloseComplaint, RateComplaint, ReopenComplaint
from guywire.errors import Refused
from tests.unit.complaints.care_story import TELLING, Story

WAITS = st.sampled_from([1, 16, 45, 180, 600, 1500])
EVENTS = st.sampled_from(
    [
        "link",
        "link",
        "move_end",
        "move_end",
        "restore",
        "restore",
        "back",
        "still_out",
        "not_reached",
        "rate",
        "close",
        "reopen",
        "refuses",
    ]
)
STORIES = st.lists(st.tuples(EVENTS, st.integers(-300, 300), WAITS), min_size=4, max_size=16)
PEOPLE = st.sampled_from([Who(), Who(vip=True), Who(vip=True, at_night=True), Who(at_night=True), Who(opt_out=True)])


@settings(max_examples=200)
@given(PEOPLE, STORIES, st.sampled_from(["phone", "web"]))
def test_whatever_happens_the_promises_of_care_hold(who: Who, events: list[tuple[str, int, int]], channel: str) -> None:
    story = Story(who=who)
    case = story.begin(channel=channel)
    for what, number, minutes in events:
        climbed = list(case.complaint.climbed)
        _happen(story, what, number)
        story.settle()
        _holds(story)
        story.wait(minutes)
        _holds(story)
        assert case.complaint.climbed[: len(climbed)] == climbed
        assert len(set(case.complaint.climbed)) == len(case.complaint.climbed)
    _nothing_is_said_twice(story)
    _nobody_is_woken(story)


@given(st.sampled_from(sorted(shipped_policy().categories)), st.booleans(), st.integers(0, 10_000))
def test_a_vip_never_waits_longer_and_an_answer_is_due_before_the_solution(name: str, vip: bool, minutes: int) -> None:
    story = Story(who=Who(vip=vip))
    story.now += timedelta(minutes=minutes)
    one = story.begin(category=name, registered_at=story.now).complaint
    assert one.respond_due_at is not None
    assert one.solve_due_at is not None
    assert story.now < one.respond_due_at <= one.solve_due_at
    other = Story(now=story.now).begin(category=name, registered_at=story.now).complaint
    assert other.respond_due_at is not None
    assert other.solve_due_at is not None
    if vip:
        assert one.respond_due_at <= other.respond_due_at
        assert one.solve_due_at <= other.solve_due_at


def _happen(story: Story, what: str, number: int) -> None:
    case, state = story.case, story.case.complaint.state
    score = 1 + abs(number) % 5
    if what == "refuses":
        story.refuses = not story.refuses
    elif what == "link" and state is State.OPEN:
        story.link(f"I{number % 3}", story.now + timedelta(minutes=abs(number)))
    elif what == "move_end" and case.outlook and case.outlook.expected and state is State.LINKED:
        story.link(str(case.complaint.incident_id), case.outlook.expected.at + timedelta(minutes=number))
    elif what == "restore" and state is State.LINKED:
        story.restore()
    else:
        _step(story, what, score)


def _step(story: Story, what: str, score: int) -> None:
    """A step of a person, who may be refused."""
    try:
        if what in ("back", "still_out", "not_reached"):
            said = CallBack(complaint="C1", outcome=what, satisfaction=score if what == "back" else None)
            call_back(story.case, said, "ann", story.rules)
        elif what == "rate":
            rate(story.case, RateComplaint(complaint="C1", score=score), "ann", story.rules)
        elif what == "close":
            end = CloseComplaint(complaint="C1", reason="solved", text="antenna of the house turned")
            close(story.case, end, "ann", story.rules)
        elif what == "reopen":
            reopen(story.case, ReopenComplaint(complaint="C1", reason="called again"), "ann", story.rules)
    except Refused:
        pass


def _holds(story: Story) -> None:
    one = story.case.complaint
    assert one.look_at is None or one.look_at > story.now
    assert one.respond_due_at is not None
    assert one.solve_due_at is not None
    assert one.respond_due_at <= one.solve_due_at
    if one.state is State.CLOSED:
        assert one.look_at is None
        assert one.closed_reason
        assert not story.who.vip or one.satisfied_at is not None
    else:
        assert one.closed_at is None


def _nothing_is_said_twice(story: Story) -> None:
    keys = [(message.kind, message.value) for _, message in story.sent]
    assert len(keys) == len(set(keys))
    ends = [message for _, message in story.sent if message.kind in ("outage_known", "end_changed")]
    for before, later in pairwise(ends):
        if before.value.split()[0] == later.value.split()[0]:
            assert before.about_at is not None
            assert later.about_at is not None
            assert before.about_at != later.about_at


def _nobody_is_woken(story: Story) -> None:
    assert not (story.who.opt_out and story.sent)
    if story.who.vip and story.who.at_night:
        return
    for at, message in story.sent:
        hour = at.astimezone(ZoneInfo(story.zone)).hour
        assert TELLING.quiet == "22:00-08:00"
        assert 8 <= hour < 22, message.kind
