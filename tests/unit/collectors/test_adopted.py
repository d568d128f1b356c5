"""What was adopted is classified like the rest, and what was kept of it is told anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from collectors.pipeline import Knowledge, hear
from collectors.places import AdoptedTrap, Equipment, Places, Snapshot, Source
from collectors.profile.adopted import adopted_profile
from collectors.profile.classify import UNIDENTIFIED, Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.rehear import Kept, told_anew
from guywire.model import AlarmEvent, Severity
from tests.unit.collectors.snmp_messages import v2_message

RAISE, CLEAR, LINK_DOWN = "1.3.6.1.4.1.99999.2.0.7", "1.3.6.1.4.1.99999.2.0.8", "1.3.6.1.6.3.1.1.5.3"
THEN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NOW = THEN + timedelta(hours=3)
SENDER = Source("10.9.9.9", 40_000)
PROFILES = [load(path) for path in profile_files(SHIPPED)]
NOBODY = Knowledge(Places(Snapshot()), Classifier(PROFILES))
SOMEBODY = replace(
    NOBODY, places=Places(Snapshot(1, {"S1": "p/c"}, [Equipment("S1", "router-1", "router", "10.9.9.9")]))
)
TAUGHT = replace(
    NOBODY, classifier=Classifier([*PROFILES, *adopted_profile([AdoptedTrap(RAISE, "smoke", CLEAR, "minor")])])
)


def heard_by(knowledge: Knowledge, oid: str) -> AlarmEvent:
    event = hear(v2_message(oid, []), SENDER, THEN, knowledge).event
    assert event is not None
    return event


def kept_of(event: AlarmEvent, alarm: str = "A1") -> Kept:
    return Kept(
        alarm=alarm,
        received_at=event.received_at,
        source=event.source,
        raw=event.raw,
        site=event.site,
        resource=event.resource,
        alarm_type=event.alarm_type,
        qualifier=event.qualifier,
        domain=event.domain,
    )


def test_an_adopted_trap_raises_and_clears_one_alarm() -> None:
    raised, cleared = heard_by(TAUGHT, RAISE), heard_by(TAUGHT, CLEAR)
    assert (raised.alarm_type, raised.severity) == ("smoke", Severity.MINOR)
    assert cleared.clears
    assert raised.identity == cleared.identity


def test_a_profile_of_a_file_goes_over_what_was_adopted() -> None:
    knowledge = Classifier([*adopted_profile([AdoptedTrap(LINK_DOWN, "smoke")]), *PROFILES])
    assert heard_by(replace(NOBODY, classifier=knowledge), LINK_DOWN).alarm_type == "link-down"


def test_a_row_that_cannot_be_used_costs_itself_alone() -> None:
    (profile,) = adopted_profile([AdoptedTrap("nonsense", "smoke"), AdoptedTrap(RAISE, "smoke")])
    assert len(profile.rules) == 1
    assert adopted_profile([AdoptedTrap(RAISE, "no-such-type")]) == []


def test_what_was_kept_is_told_anew_at_its_own_time_and_the_unidentified_alarm_ends() -> None:
    unknown = heard_by(NOBODY, LINK_DOWN)
    told, end = told_anew([kept_of(unknown)], SOMEBODY, NOW)
    assert (told.site, told.resource, told.at) == ("S1", "router-1", THEN)
    assert end.identity == unknown.identity
    assert (end.clears, end.at) == (True, NOW)


def test_what_is_still_unknown_stays_as_it_is() -> None:
    kept = [kept_of(heard_by(NOBODY, RAISE)), kept_of(heard_by(NOBODY, LINK_DOWN))]
    assert list(told_anew(kept, NOBODY, NOW)) == []


def test_an_alarm_with_several_kept_traps_ends_once() -> None:
    unknown = heard_by(NOBODY, RAISE)
    assert unknown.alarm_type == UNIDENTIFIED
    told = list(told_anew([kept_of(unknown), kept_of(unknown)], TAUGHT, NOW))
    assert [event.alarm_type for event in told] == ["smoke", "smoke", UNIDENTIFIED]


def test_two_meanings_that_share_a_trap_cost_the_later_one_alone() -> None:
    other = "1.3.6.1.4.1.99999.2.0.9"
    for later in (
        AdoptedTrap(other, "fan-failure", CLEAR),
        AdoptedTrap(CLEAR, "fan-failure"),
        AdoptedTrap("1.60", "smoke"),
    ):
        (profile,) = adopted_profile([AdoptedTrap(RAISE, "smoke", CLEAR), later, AdoptedTrap(LINK_DOWN, "door-open")])
        assert {rule.alarm_type for rule in profile.rules} == {"smoke", "door-open"}
