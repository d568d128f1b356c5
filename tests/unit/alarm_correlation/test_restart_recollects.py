"""A restart under the same rules takes what is stored as it stands, and ends where looking at everything anew would."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis.stateful import invariant

from alarm_correlation.causes import Causes, shipped_cause_file, shipped_causes
from alarm_correlation.engine import new_state, resume, step
from alarm_correlation.facts import Rules, Saved
from alarm_correlation.fingerprint import FINGERPRINT, fingerprint
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, Replay
from alarm_correlation.state import State
from alarm_correlation.work import Changes, Inputs
from guywire.inventory.topology import Topology
from guywire.model import NeedState, Severity
from tests.unit.alarm_correlation.correlator_checks import check, copied, decisions, derived, differences, facts
from tests.unit.alarm_correlation.test_correlator_machine import CorrelatorMachine
from tests.unit.alarm_correlation.test_replay_confluence import START, province

POLICY = shipped_policy().with_hold(60)
RULES = Rules(Topology(province()), shipped_causes(), POLICY)
HOUR = timedelta(hours=1)
PAUSES = (0, 7, 60, 700, 8000, 90_000, 200)
THEN = (1, 200, 8000)


def looked_at_anew(saved: Saved, rules: Rules) -> tuple[State, Changes]:
    """As after a change of rules: nothing says under which ones it was saved."""
    saved.counters.pop(FINGERPRINT, None)
    return resume(saved, rules)


class MachineThatIsAway(CorrelatorMachine):
    """Whatever was told, and however long nobody was there: both ways to come back end in the same."""

    turn = 0

    @invariant()
    def both_ways_back_end_in_the_same(self) -> None:
        self.turn += 1
        pause, then = PAUSES[self.turn % len(PAUSES)], THEN[self.turn % len(THEN)]
        saved = self.state.saved()
        saved.now += timedelta(seconds=pause)
        taken, told = resume(copied(saved), self.state.rules)
        anew, told_anew = looked_at_anew(copied(saved), self.state.rules)
        self._alike(taken, anew)
        assert decisions(told).keys() == decisions(told_anew).keys()
        for state in (taken, anew):
            step(state, Inputs(), saved.now + timedelta(seconds=then))
        self._alike(taken, anew)

    @staticmethod
    def _alike(taken: State, anew: State) -> None:
        assert not (other := differences(facts(taken), facts(anew))), other
        assert not (other := differences(derived(taken), derived(anew))), other


TestMachineThatIsAway = MachineThatIsAway.TestCase
TestMachineThatIsAway.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


def standing() -> Saved:
    """A dark feeder, a cut hub with what falls silent behind it, and a door: three kinds of incidents with tickets."""
    replay = Replay(RULES)
    told = [
        *((site, "power", "mains-failure") for site in ("H", "K", "L", "M")),
        ("G", "to-H", "link-down"),
        ("L", "fsu", "fsu-offline"),
        ("N", "shelter", "door-open"),
    ]
    for second, (site, resource, kind) in enumerate(told):
        at = START + timedelta(seconds=second)
        replay.feed(Line(at=at, site=site, resource=resource, alarm_type=kind, severity=Severity.MAJOR))
    replay.feed(Line(at=START + HOUR, kind="tick"))
    return replay.state.saved()


def test_what_is_stored_is_believed_under_the_same_rules_and_worded_anew_under_others() -> None:
    saved = standing()
    assert saved.incidents
    assert all(incident.state == "open" for incident in saved.incidents)
    for incident in saved.incidents:
        incident.title = "as it was stored"
    same, told = resume(copied(saved), RULES)
    assert not decisions(told)
    assert {incident.title for incident in same.incidents.values()} == {"as it was stored"}
    other, told = resume(copied(saved), replace(RULES, policy=shipped_policy().with_hold(61)))
    assert told.incidents == set(other.incidents)
    assert "as it was stored" not in {incident.title for incident in other.incidents.values()}
    again, told = resume(copied(other.saved()), other.rules)
    assert not decisions(told), "what was seen anew is believed from then on"
    assert again.saved() == other.saved()


def test_incidents_that_are_stored_as_other_than_the_trees_of_causes_are_regrouped() -> None:
    saved = standing()
    dark, door = saved.alarms[1], saved.alarms[-1]
    assert dark.incident_id != door.incident_id
    dark.incident_id, door.incident_id = door.incident_id, dark.incident_id
    state, told = resume(copied(saved), RULES)
    check(state)
    assert told.alarms


def test_a_restart_looks_again_at_what_came_due_and_at_nothing_else() -> None:
    saved = standing()
    saved.now += timedelta(seconds=POLICY.windows.stale_seconds) + HOUR
    state, told = resume(copied(saved), RULES)
    assert all(alarm.stale_since is not None for alarm in state.alarms.values())
    assert told.alarms == set(state.alarms)
    assert not told.incidents
    (on_battery,) = {outage.incident_id for outage in saved.outages if outage.predicted_at is not None}
    assert told.tickets == {state.ticket_of[on_battery]}, "its batteries are empty by now"


def other_rules() -> dict[str, Rules]:
    there = province()
    quicker = msgspec.structs.replace(POLICY, windows=msgspec.structs.replace(POLICY.windows, stale_seconds=1e6))
    moved = {**there.sites, "N": replace(there.sites["N"], power_feed="F")}
    fewer = list(shipped_cause_file().rules())[1:]
    return {
        "policy": replace(RULES, policy=quicker),
        "causes": replace(RULES, causes=Causes(fewer)),
        "sites": replace(RULES, topology=Topology(replace(there, sites=moved))),
        "links": replace(RULES, topology=Topology(replace(there, links=dict(list(there.links.items())[1:])))),
        "shadow": replace(RULES, shadow=True),
    }


@pytest.mark.parametrize("which", other_rules())
def test_other_rules_have_another_fingerprint(which: str) -> None:
    assert fingerprint(other_rules()[which]) != fingerprint(RULES)


def test_the_same_rules_read_again_have_the_same_fingerprint() -> None:
    there = province()
    turned = replace(there, sites=dict(sorted(there.sites.items(), reverse=True)), version=7)
    again = Rules(Topology(turned), shipped_causes(), shipped_policy().with_hold(60))
    assert fingerprint(again) == fingerprint(RULES)
    assert new_state(again, START).saved_counters() == {FINGERPRINT: fingerprint(RULES)}
    assert fingerprint(RULES) < 2**63, "a counter of the database holds it"


def test_a_shelf_whose_end_nobody_saw_is_kept_by_what_had_cleared_under_it() -> None:
    machine = MachineThatIsAway()
    machine.begins(policy="at once")
    machine.it_flaps(every=1, place=("H1", "power", "mains-failure"), times=6)
    machine.an_alarm_is_handled(pause=0, alarm=0, what=2)  # shelved while it chatters
    for _ in PAUSES:
        machine.both_ways_back_end_in_the_same()


def test_a_need_left_open_for_another_incidents_alarm_is_healed_when_that_clears() -> None:
    machine = MachineThatIsAway()
    machine.begins(policy="at once")
    machine.something_is_wrong(pause=0, place=("S1", "mw-s4", "link-down"), late=0, severity=Severity.CRITICAL)
    machine.it_flaps(every=1, place=("S1", "mw-up", "link-down"), times=3)
    machine.dispatch_reports(pause=0, to="accepted", which=0)
    machine.the_policy_changes(policy="at once")
    machine.what_stands_clears(pause=0, which=1, late=0)
    machine.what_stands_clears(pause=0, which=0, late=0)
    assert not [need for need in machine.state.needs.values() if need.state is NeedState.OPEN]
    machine.a_restart_decides_nothing()


def test_of_an_incident_that_falls_apart_the_part_with_its_root_goes_on_as_it() -> None:
    machine = MachineThatIsAway()
    machine.begins(policy="at once")
    machine.it_flaps(every=1, place=("G1", "fibre-h1", "link-down"), times=6)
    machine.a_clock_is_wrong(ahead=-90_000, clears=False, pause=1, place=("H1", "power", "battery-disconnect"))
    (whole,) = machine.state.incidents.values()
    for _ in PAUSES:
        machine.both_ways_back_end_in_the_same()
    step(machine.state, Inputs(), machine.state.now + HOUR)
    battery, _link = sorted(machine.state.incidents.values(), key=lambda one: one.incident_id)
    assert (battery.incident_id, battery.root_alarm_id) == (whole.incident_id, whole.root_alarm_id)
