"""The poller's ledger: its word counts until the views confirm or overtake it, and it takes nothing back blindly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from collectors.poll.ledger import Ledger, Seen
from guywire.model import Identity, Severity

ONE = Identity("S1", "ups-1", "mains-failure", "")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAJOR, CLEARED = Severity.MAJOR, Severity.CLEARED


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_before_the_views_were_read_nobody_can_tell() -> None:
    ledger = Ledger()
    assert ledger.severity(ONE) is None
    assert not ledger.stands(ONE)
    ledger.learn([])
    assert ledger.severity(ONE) is CLEARED


def test_what_stands_by_the_views_stands_until_it_does_not() -> None:
    ledger = Ledger()
    ledger.learn([Seen(ONE, MAJOR, at(0))])
    assert ledger.standing("S1") == [ONE]
    ledger.learn([])
    assert ledger.standing("S1") == []


def test_what_stands_is_told_site_by_site_whoever_said_it() -> None:
    ledger, other = Ledger(), ONE._replace(site="S2")
    ledger.learn([Seen(ONE, MAJOR, at(0)), Seen(other, MAJOR, at(0))])
    heat = ONE._replace(alarm_type="high-temperature")
    ledger.say(heat, MAJOR, at(1))
    ledger.say(other, CLEARED, at(1))
    assert set(ledger.standing("S1")) == {ONE, heat}
    assert ledger.standing("S2") == []


def test_its_own_raise_counts_while_it_is_under_way() -> None:
    ledger = Ledger()
    ledger.say(ONE, MAJOR, at(5))
    ledger.learn([])
    assert ledger.severity(ONE) is MAJOR
    ledger.learn([Seen(ONE, CLEARED, at(4))])
    assert ledger.severity(ONE) is MAJOR, "that was the occurrence before it"
    assert ledger.waiting_since() == at(5)
    ledger.learn([Seen(ONE, MAJOR, at(5))])
    assert ledger.severity(ONE) is MAJOR
    assert ledger.waiting_since() is None


def test_a_raise_that_somebody_cleared_since_may_be_said_again() -> None:
    ledger = Ledger()
    ledger.say(ONE, MAJOR, at(5))
    ledger.learn([Seen(ONE, CLEARED, at(6))])
    assert ledger.severity(ONE) is CLEARED
    ledger.say(ONE, MAJOR, at(7))
    ledger.learn([Seen(ONE, MAJOR, at(7))])
    ledger.learn([])
    assert ledger.severity(ONE) is CLEARED, "once confirmed, the views are believed"


def test_its_own_clear_counts_until_the_alarm_is_gone_or_came_again() -> None:
    ledger = Ledger()
    ledger.learn([Seen(ONE, MAJOR, at(0))])
    ledger.say(ONE, CLEARED, at(5))
    ledger.learn([Seen(ONE, MAJOR, at(0))])
    assert ledger.severity(ONE) is CLEARED, "the clear is still on its way"
    ledger.learn([Seen(ONE, MAJOR, at(6))])
    assert ledger.severity(ONE) is MAJOR, "a trap raised it again"


def test_of_several_occurrences_the_newest_counts() -> None:
    ledger = Ledger()
    ledger.learn([Seen(ONE, CLEARED, at(1)), Seen(ONE, MAJOR, at(3)), Seen(ONE, CLEARED, at(2))])
    assert ledger.severity(ONE) is MAJOR


def test_a_change_of_severity_that_is_under_way_counts() -> None:
    ledger = Ledger()
    ledger.learn([Seen(ONE, MAJOR, at(0))])
    ledger.say(ONE, Severity.CRITICAL, at(5))
    ledger.learn([Seen(ONE, MAJOR, at(0))])
    assert ledger.severity(ONE) is Severity.CRITICAL
