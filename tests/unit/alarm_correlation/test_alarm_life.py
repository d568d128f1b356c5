"""An alarm in the correlator: what chatters, has to last, is stale, closed or acknowledged; whose clock is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib import resources

import msgspec
import pytest

from alarm_correlation.engine import new_state, step
from alarm_correlation.life_policy import DelayPolicy
from alarm_correlation.lifecycle import CLOCK_AHEAD, CLOCK_BEHIND
from alarm_correlation.policy import Policy, speaks_at
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from alarm_correlation.work import Changes, Inputs, Received
from guywire.commands import AcknowledgeAlarm, ClearAlarm, CloseAlarm, UnacknowledgeAlarm
from guywire.errors import Refused
from guywire.model import AlarmEvent, Severity
from guywire.policy_file import PolicyError, read_policy
from tests.unit.alarm_correlation.correlator_desk import Desk, at

LINK = "link-down"
HOUR, DAY = 3600, 86_400


def flap(desk: Desk, *seconds: float) -> list[Changes]:
    """Down at the first, up at the next, and so on."""
    severities = (Severity.MAJOR, Severity.CLEARED)
    return [desk.hear(second, "S1", LINK, severities[place % 2]) for place, second in enumerate(seconds)]


def the_alarm(desk: Desk) -> Alarm:
    (alarm,) = desk.state.alarms.values()
    return alarm


def touched(changes: Changes) -> list[object]:
    rows = (changes.alarms, changes.incidents, changes.outages, changes.outages_gone, changes.tickets, changes.needs)
    return [one for one in (*rows, changes.notes) if one]


def test_what_chatters_stands_and_a_further_turn_touches_nothing() -> None:
    desk = Desk()
    begun = flap(desk, *range(0, 60, 10))
    alarm = the_alarm(desk)
    assert (alarm.stands, desk.state.incidents["I1"].state, desk.ticket.state) == (True, "open", "acknowledged")
    assert begun[-1].alarms == {"A1"}
    row = alarm.row(None)
    assert (row["chattering_since"], row["chatter_rate"], row["cleared_at"]) == (at(0), 360, None)
    version = alarm.version
    further = flap(desk, *range(60, 110, 10))
    assert [touched(changes) for changes in further] == [[]] * 5
    assert (alarm.version, alarm.occurrence.count) == (version, 11)


def test_its_row_follows_once_a_minute_with_what_was_counted_and_the_rate() -> None:
    desk = Desk()
    changes = flap(desk, *range(0, 160, 10), *range(160, 400, 20))
    written = [place for place, one in enumerate(changes) if place > 5 and one.alarms]
    assert written == [11, 17, 23], "60, 90 and 120 s after the measure before"
    assert [touched(changes[place]) for place in written] == [[{"A1"}]] * 3
    row = the_alarm(desk).row(None)
    assert (row["count"], row["chatter_rate"], row["version"]) == (28, 180, 8)


def test_once_quiet_it_is_clear_since_its_last_clear_and_everything_ends_then() -> None:
    desk = Desk()
    flap(desk, *range(0, 120, 10))
    desk.tick(409)
    assert the_alarm(desk).stands
    changes = desk.tick(410)
    assert (the_alarm(desk).cleared_at, the_alarm(desk).occurrence.chatter) == (at(110), None)
    incident = desk.state.incidents["I1"]
    assert (incident.state, incident.closed_at, changes.alarms) == ("closed", at(110), {"A1"})
    assert the_alarm(desk).row(None)["chattering_since"] is None


def test_once_quiet_it_stands_since_its_last_raise_and_nobody_closes_anything() -> None:
    desk = Desk()
    flap(desk, *range(0, 130, 10))
    changes = desk.tick(420)
    assert (the_alarm(desk).stands, the_alarm(desk).occurrence.stands_since) == (True, at(120))
    assert (desk.state.incidents["I1"].state, desk.state.incidents["I1"].opened_at) == ("open", at(0))
    assert changes.alarms == {"A1"}


def test_a_late_event_into_what_chatters_is_written_at_once() -> None:
    desk = Desk()
    flap(desk, *range(0, 800, 10))
    late = desk.hear(50, "S1", LINK, received=801)
    assert (late.alarms, late.ignored) == ({"A1"}, ["too_late_to_matter"])
    assert the_alarm(desk).occurrence.count == 81


def test_hours_of_chattering_leave_two_timers_and_a_tail_of_minutes() -> None:
    desk = Desk()
    flap(desk, *range(0, 4 * HOUR, 10))
    assert len([key for _, key in desk.state.timers if key == "A1"]) == 2, "when it may be quiet, when it is stale"
    (track,) = desk.state.tracks.values()
    assert len(track.tail) <= 37
    assert len(desk.state.needs) == 3, "from before it was known to chatter"


def delayed() -> Desk:
    """Where a broken link speaks after half a minute, and is mended once it was whole for a minute."""
    desk = Desk()
    rules = desk.state.rules
    policy = msgspec.structs.replace(rules.policy, delay=DelayPolicy({LINK: 30}, {LINK: 60}))
    desk.state = new_state(replace(rules, policy=policy), at(0))
    return desk


def test_a_clear_ends_the_incident_once_it_has_lasted() -> None:
    desk = delayed()
    desk.hear(0, "S1", LINK)
    desk.tick(90)
    assert touched(desk.clear(100, "S1", LINK)) == [{"A1"}], "it is counted, and no more"
    assert the_alarm(desk).stands
    desk.tick(160)
    assert (the_alarm(desk).cleared_at, desk.state.incidents["I1"].closed_at) == (at(100), at(100))


def test_a_raise_before_that_is_no_comeback() -> None:
    desk = delayed()
    desk.hear(0, "S1", LINK)
    desk.ask(50, AcknowledgeAlarm(alarm="A1"))
    desk.clear(100, "S1", LINK)
    desk.hear(130, "S1", LINK)
    desk.tick(1000)
    alarm = the_alarm(desk)
    assert (alarm.stands, alarm.occurrence.stands_since, alarm.acknowledged_by) == (True, at(0), "ann")


def test_an_alarm_speaks_once_it_has_stood_for_its_types_delay() -> None:
    desk = delayed()
    desk.hear(0, "S1", LINK)
    policy = desk.state.rules.policy
    assert speaks_at(the_alarm(desk), policy) == at(30)
    desk.clear(10, "S1", LINK)
    desk.tick(100)
    desk.hear(200, "S1", LINK)
    assert speaks_at(the_alarm(desk), policy) == at(230), "standing on end"
    desk.hear(200, "S1", "smoke")
    assert speaks_at(desk.state.alarms["A2"], policy) == at(200)


def test_what_stands_for_a_day_is_stale_until_it_clears() -> None:
    desk = Desk()
    desk.hear(0, "S1", LINK)
    desk.tick(DAY - 1)
    alarm = the_alarm(desk)
    assert the_alarm(desk).stale_since is None
    version = alarm.version
    changes = desk.tick(DAY + 60)
    assert (alarm.stale_since, changes.alarms, alarm.version) == (at(DAY), {"A1"}, version + 1)
    assert not desk.tick(DAY + 3600).alarms
    desk.clear(DAY + 4000, "S1", LINK)
    assert alarm.stale_since is None
    desk.hear(DAY + 4100, "S1", LINK)
    desk.tick(2 * DAY + 4099)
    assert alarm.stale_since is None, "it came back, and its day begins anew"
    desk.tick(2 * DAY + 4100)
    assert alarm.stale_since == at(2 * DAY + 4100)


def test_closing_is_apart_from_clearing_and_ends_when_the_alarm_comes_back() -> None:
    desk = Desk()
    desk.hear(0, "S1", LINK)
    assert not isinstance(desk.ask(10, CloseAlarm(alarm="A1", comment="a rooster")), Refused)
    alarm = the_alarm(desk)
    assert (alarm.stands, alarm.closed_at, alarm.closed_by) == (True, at(10), "ann")
    refused = desk.ask(11, CloseAlarm(alarm="A1"))
    assert isinstance(refused, Refused)
    assert refused.reason == "already_closed"
    desk.hear(20, "S1", LINK)
    assert alarm.closed_by == "ann", "said again is no news"
    desk.clear(30, "S1", LINK)
    assert alarm.closed_by == "ann"
    desk.hear(40, "S1", LINK)
    assert (alarm.closed_at, alarm.closed_by) == (None, "")


def test_an_acknowledgement_ends_when_the_alarm_comes_back_or_becomes_worse() -> None:
    desk = Desk()
    desk.hear(0, "S1", LINK, Severity.MINOR)
    alarm = the_alarm(desk)
    desk.ask(10, AcknowledgeAlarm(alarm="A1"))
    desk.hear(20, "S1", LINK, Severity.WARNING)
    assert alarm.acknowledged_by == "ann", "less is no news"
    desk.hear(30, "S1", LINK, Severity.CRITICAL)
    assert (alarm.acknowledged_at, alarm.acknowledged_by) == (None, "")
    desk.ask(40, AcknowledgeAlarm(alarm="A1"))
    desk.clear(50, "S1", LINK)
    assert alarm.acknowledged_by == "ann", "what is clear stays acknowledged"
    desk.hear(60, "S1", LINK, Severity.CRITICAL)
    assert alarm.acknowledged_by == ""
    desk.ask(70, AcknowledgeAlarm(alarm="A1"))
    desk.ask(80, UnacknowledgeAlarm(alarm="A1"))
    assert alarm.acknowledged_at is None


def test_what_was_received_before_it_was_acknowledged_is_covered_however_late_it_arrives() -> None:
    desk = Desk()
    desk.hear(0, "S1", LINK)
    desk.clear(10, "S1", LINK)
    desk.ask(60, AcknowledgeAlarm(alarm="A1"))
    desk.hear(20, "S1", LINK, received=50, arrives=70)
    assert (the_alarm(desk).stands, the_alarm(desk).acknowledged_by) == (True, "ann")
    desk.clear(80, "S1", LINK)
    desk.hear(30, "S1", LINK, received=90)
    desk.hear(85, "S1", LINK, received=91)
    assert the_alarm(desk).acknowledged_by == ""


def test_a_collector_whose_clock_is_ahead_does_not_undo_what_people_say() -> None:
    desk = Desk()
    desk.hear(4, "S1", LINK, received=4, arrives=0)
    desk.ask(1, AcknowledgeAlarm(alarm="A1"))
    desk.hear(6, "S1", LINK)
    assert the_alarm(desk).acknowledged_by == "ann"
    desk.ask(3, ClearAlarm(alarm="A1"))
    assert not the_alarm(desk).stands


# Clocks --------------------------------------------------------------------------------------------------------------


def told_by(desk: Desk, seconds: float, clock: datetime, *, clears: bool = False) -> None:
    """Heard at the second, with whatever time the device's clock says."""
    desk.seq += 1
    event = AlarmEvent(
        at=clock,
        received_at=at(seconds),
        site="S1",
        resource="r",
        alarm_type=LINK,
        severity=Severity.CLEARED if clears else Severity.MAJOR,
    )
    step(desk.state, Inputs(events=(Received(event, "c", "d", "s", desk.seq),)), at(seconds))


def newest(state: State) -> Alarm:
    (track,) = state.tracks.values()
    return state.alarms[track.alarms[-1]]


def test_a_device_that_is_hours_behind_is_believed_in_the_order_of_receipt() -> None:
    desk = Desk()
    told_by(desk, 0, at(-5 * HOUR))
    alarm = newest(desk.state)
    assert (alarm.raised_at, alarm.occurrence.details) == (at(0), {CLOCK_BEHIND: "18000"})
    told_by(desk, 60, at(60 - 5 * HOUR), clears=True)
    assert alarm.cleared_at == at(60)
    told_by(desk, 120, at(120 - 5 * HOUR))
    desk.ask(130, ClearAlarm(alarm="A1"))
    assert not alarm.stands
    told_by(desk, 140, at(140 - 5 * HOUR))
    assert alarm.stands, "by the device's own time this was hours before the operator's clear"


def test_a_clear_that_is_hours_late_does_not_end_what_a_right_clock_raised() -> None:
    desk = Desk()
    told_by(desk, 0, at(0))
    told_by(desk, 3 * HOUR, at(3 * HOUR))
    told_by(desk, 3 * HOUR + 60, at(600), clears=True)
    assert (newest(desk.state).stands, newest(desk.state).occurrence.count) == (True, 3)


def test_a_clock_that_was_reset_to_1970_raises_and_clears_when_it_is_heard() -> None:
    desk = Desk()
    epoch = datetime(1970, 1, 1, tzinfo=at(0).tzinfo)
    told_by(desk, 0, at(0))
    told_by(desk, 60, epoch, clears=True)
    assert newest(desk.state).cleared_at == at(60), "nobody is decades late: its clock was lost in between"
    told_by(desk, 120, epoch)
    assert newest(desk.state).stands
    told_by(desk, 180, at(180), clears=True)
    assert not newest(desk.state).stands, "and then it was set again"


def test_a_clock_that_was_ahead_and_is_put_right_clears_what_it_raised() -> None:
    desk = Desk()
    told_by(desk, 0, at(280))
    told_by(desk, 60, at(60), clears=True)
    assert newest(desk.state).cleared_at == at(60)
    assert newest(desk.state).occurrence.details == {CLOCK_AHEAD: "280"}


def test_a_clock_a_little_ahead_keeps_its_own_order() -> None:
    desk = Desk()
    told_by(desk, 0, at(4))
    told_by(desk, 1, at(2), clears=True)
    assert newest(desk.state).stands, "the clear was said before the raise"


def test_a_clock_minutes_behind_keeps_its_own_order() -> None:
    desk = Desk()
    told_by(desk, 0, at(-900))
    told_by(desk, 10, at(-890), clears=True)
    told_by(desk, 11, at(-895))
    assert newest(desk.state).cleared_at == at(-890)


# Policy --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "instead", "reason"),
    [
        ("past_seconds = 1800", "past_seconds = 300", "past_seconds must be more than reorder_seconds"),
        ("quiet_seconds = 300", "quiet_seconds = 900", "memory_seconds must be at least 2220"),
        ("transitions = 6", "transitions = 2", "chatter.transitions"),
        ("[delay.raise_seconds]", "[delay.raise_seconds]\nfire = 9", "no such alarm type: fire"),
        ("[delay.clear_seconds]", "[delay.clear_seconds]\nsmoke = 1000", "memory_seconds must be at least 2320"),
        ("[delay.clear_seconds]", "[delay.clear_seconds]\nsmoke = -1", ">= 0"),
    ],
)
def test_a_policy_of_life_that_cannot_be_right_is_refused(said: str, instead: str, reason: str) -> None:
    text = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    assert said in text
    with pytest.raises(PolicyError, match=reason):
        read_policy(text.replace(said, instead, 1), "policy.toml", Policy)


def test_a_type_can_have_limits_and_delays_of_its_own() -> None:
    text = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    own = (
        "[chatter.types]\nsmoke = { transitions = 9, within_seconds = 60, quiet_seconds = 30 }\n\n[delay.raise_seconds]"
    )
    policy = read_policy(
        text.replace("[delay.raise_seconds]", own).replace("[delay.clear_seconds]", "[delay.clear_seconds]\nsmoke = 7"),
        "policy.toml",
        Policy,
    )
    smoke, other = policy.life("smoke"), policy.life("link-down")
    assert (smoke.chatter.transitions, smoke.clear_delay.total_seconds()) == (9, 7)
    assert (other.chatter.transitions, other.clear_delay.total_seconds()) == (6, 0)
    assert (smoke.reopen, smoke.stale) == (other.reopen, other.stale)
