"""Sites without mains: when their batteries are foretold, how readings move that, and what the next outage learns."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.batteries import Discharge
from alarm_correlation.discharges import readings_due
from alarm_correlation.engine import resume, step
from alarm_correlation.policy import Policy, shipped_policy
from alarm_correlation.readings import Reading
from alarm_correlation.records import Outage
from alarm_correlation.work import Changes, Inputs
from guywire.errors import GuywireError
from guywire.policy_file import read_policy
from tests.unit.alarm_correlation.correlator_desk import START, Desk, at

HOUR = 3600.0
STATED = 4 * HOUR  # of S2


class Plant(Desk):
    """A desk that hears readings too, of site S2."""

    def read(self, seconds: float, **values: float) -> Changes:
        return step(self.state, Inputs(readings=tuple(readings(seconds, values))), at(seconds))

    @property
    def outage(self) -> Outage:
        (outage,) = (held["S2"] for held in self.state.outages.values() if "S2" in held)
        return outage

    @property
    def down_at(self) -> float:
        assert self.outage.predicted_at is not None
        return (self.outage.predicted_at - START).total_seconds()

    @property
    def history(self) -> tuple[Discharge, ...]:
        return self.state.batteries.history.get("S2", ())


def readings(seconds: float, values: dict[str, float]) -> list[Reading]:
    return [Reading(at(seconds), "S2", "power", name.replace("_", "-"), value) for name, value in values.items()]


def without_mains() -> Plant:
    desk = Plant()
    desk.hear(0, "S2", "mains-failure")
    desk.hear(5, "S2", "battery-discharging")
    return desk


def test_without_readings_the_stated_hours_are_told_with_an_interval() -> None:
    outage = without_mains().outage
    assert outage.predicted_at == at(STATED)
    assert outage.predicted_earliest is not None
    assert outage.predicted_latest is not None
    assert at(2 * HOUR) < outage.predicted_earliest < at(STATED) < outage.predicted_latest
    assert outage.prediction_basis == "stated"


def test_a_battery_that_goes_on_after_its_time_is_foretold_anew() -> None:
    desk = without_mains()
    desk.tick(STATED + 60)
    assert desk.down_at > STATED + 60
    assert desk.outage.started_at is None


def test_a_voltage_that_falls_fast_moves_the_outage_and_its_need_forward() -> None:
    desk = without_mains()
    for minute in range(5, 65, 5):
        desk.read(minute * 60, battery_voltage=49.6 - minute / 30)
    assert HOUR < desk.down_at < 2.2 * HOUR
    assert desk.outage.prediction_basis == "voltage"
    (need,) = desk.state.needs.values()
    assert need.site_down_at == need.deadline == desk.outage.predicted_at


def test_what_moves_by_little_is_not_told_again() -> None:
    desk = without_mains()
    told, published = [desk.down_at], 0
    for minute in range(5, 100, 1):
        changes = desk.read(minute * 60, battery_voltage=49.9 - minute / 100 + random.Random(minute).gauss(0, 0.05))
        published += bool(changes.outages)
        told.append(desk.down_at)
    assert 1 <= published <= 10
    assert all(one == other or abs(one - other) >= 300 for one, other in pairwise(told))


def test_low_voltage_brings_the_end_near() -> None:
    desk = without_mains()
    desk.hear(1.5 * HOUR, "S2", "battery-low-voltage")
    assert desk.down_at < 2.2 * HOUR
    assert desk.outage.prediction_basis == "voltage"


def test_a_generator_ends_the_forecast_and_its_stop_begins_it_anew_with_what_was_charged() -> None:
    desk = without_mains()
    desk.hear(2 * HOUR, "S2", "genset-running")
    assert not any("S2" in held for held in desk.state.outages.values())
    desk.clear(3 * HOUR, "S2", "genset-running")
    assert desk.outage.predicted_at is not None
    half_full_and_an_hour = 0.5 + 1 / shipped_policy().battery.recharge_hours
    assert desk.down_at == pytest.approx(3 * HOUR + half_full_and_an_hour * STATED, rel=0.1)


def test_a_battery_that_no_longer_discharges_is_carried_unseen() -> None:
    desk = without_mains()
    desk.clear(HOUR, "S2", "battery-discharging")
    assert not any("S2" in held for held in desk.state.outages.values())
    assert not desk.state.batteries.forecasts


def test_a_battery_that_ran_empty_is_remembered_by_what_it_gave() -> None:
    desk = without_mains()
    desk.hear(2 * HOUR, "S2", "load-disconnect")
    (one,) = desk.history
    assert (one.emptied, one.used_hours, one.stated_hours, one.charge_left) == (True, 2.0, 4.0, 0.0)
    assert one.over_at is None
    desk.clear(3 * HOUR, "S2", "mains-failure")
    (one,) = desk.history
    assert one.over_at == at(3 * HOUR)


def test_mains_that_comes_back_first_is_remembered_as_a_bound() -> None:
    desk = without_mains()
    desk.clear(2 * HOUR, "S2", "mains-failure")
    (one,) = desk.history
    assert (one.emptied, one.used_hours) == (False, 2.0)
    assert one.charge_left == pytest.approx(0.5, abs=0.1)


def test_a_late_word_that_it_was_empty_corrects_what_was_remembered() -> None:
    desk = without_mains()
    desk.clear(2 * HOUR, "S2", "mains-failure")
    changes = desk.hear(2 * HOUR - 60, "S2", "load-disconnect", received=2 * HOUR + 30)
    (one,) = desk.history
    assert one.emptied
    assert changes.discharges == {("S2", START)}


def test_an_early_word_of_when_mains_went_moves_what_was_remembered() -> None:
    desk = without_mains()
    desk.hear(100, "S2", "load-disconnect")
    assert [one.began_at for one in desk.history] == [START]
    changes = desk.hear(-120, "S2", "mains-failure", received=130)
    assert [one.began_at for one in desk.history] == [at(-120)]
    assert changes.discharges_gone == {("S2", START)}


def test_what_took_little_is_not_remembered() -> None:
    desk = without_mains()
    desk.clear(300, "S2", "mains-failure")
    assert desk.history == ()


def test_a_site_that_fell_silent_tells_no_more_than_until_then() -> None:
    desk = without_mains()
    desk.hear(HOUR, "S2", "fsu-offline")
    desk.clear(12 * HOUR, "S2", "mains-failure")
    (one,) = desk.history
    assert (one.emptied, one.used_hours) == (False, 1.0)


def test_an_hour_of_mains_does_not_fill_an_empty_battery() -> None:
    desk = without_mains()
    desk.hear(4 * HOUR, "S2", "load-disconnect")
    for what in ("mains-failure", "battery-discharging", "load-disconnect"):
        desk.clear(5 * HOUR, "S2", what)
    desk.tick(5.9 * HOUR)
    desk.hear(6 * HOUR, "S2", "mains-failure")
    assert desk.down_at == pytest.approx(6 * HOUR + 0.1 * STATED, rel=0.01)


def test_outages_that_ended_early_make_the_next_forecast_earlier_and_surer() -> None:
    fresh, used = Plant(), Plant()
    used.state.batteries.history["S2"] = tuple(
        Discharge(
            site_id="S2", began_at=at(-days * 86_400), ended_at=at(-days * 86_400 + 2.4 * HOUR), emptied=True,
            used_hours=2.4, stated_hours=4, charge_before=1, charge_left=0, over_at=at(-days * 86_400 + 3 * HOUR),
        )
        for days in (90, 60, 30)
    )  # fmt: skip
    for desk in (fresh, used):
        desk.hear(0, "S2", "mains-failure")
    assert 2.4 * HOUR < used.down_at < 2.7 * HOUR
    assert used.outage.prediction_basis == "history"
    assert _width(used.outage) < _width(fresh.outage) * 0.7


def _width(outage: Outage) -> timedelta:
    assert outage.predicted_earliest is not None
    assert outage.predicted_latest is not None
    return outage.predicted_latest - outage.predicted_earliest


def test_hours_stated_anew_are_another_battery() -> None:
    desk = Plant()
    desk.state.batteries.history["S2"] = (
        Discharge(
            site_id="S2", began_at=at(-86_400 * 30), ended_at=at(-86_400 * 30 + HOUR), emptied=True, used_hours=1,
            stated_hours=8, charge_before=1, charge_left=0, over_at=at(-86_400 * 29),
        ),
    )  # fmt: skip
    desk.hear(0, "S2", "mains-failure")
    assert desk.down_at == STATED


def test_readings_of_a_site_with_mains_are_not_kept_for_long() -> None:
    desk = Plant()
    for minute in range(0, 600, 5):
        desk.read(minute * 60, battery_voltage=54)
    assert desk.state.batteries.readings["S2"][("battery-voltage", "power", "")].points[0][0] > at(580 * 60).timestamp()
    desk.hear(601 * 60, "S2", "mains-failure")
    desk.clear(660 * 60, "S2", "mains-failure")
    desk.tick(800 * 60)
    desk.tick(900 * 60)
    assert not desk.state.batteries.readings


def test_readings_of_unknown_sites_and_metrics_change_nothing() -> None:
    desk = without_mains()
    before = desk.state.saved()
    lines = (Reading(at(9), "nowhere", "r", "battery-voltage", 1.0), Reading(at(9), "S2", "r", "humidity", 1.0))
    changes = step(desk.state, Inputs(readings=lines), at(5))
    assert changes.ignored == ["reading_without_site"]
    assert desk.state.saved() == msgspec.structs.replace(before, now=desk.state.now)


def test_sites_take_turns_in_being_read() -> None:
    desk = without_mains()
    assert readings_due(desk.state, at(10)) == {"S2": START}
    assert readings_due(desk.state, at(15)) == {}
    desk.read(600, battery_voltage=49)
    assert readings_due(desk.state, at(601)) == {"S2": at(300)}
    desk.clear(700, "S2", "mains-failure")
    assert readings_due(desk.state, at(900)) == {}


lines = st.lists(
    st.tuples(
        st.integers(0, 180),
        st.sampled_from(["battery_voltage", "battery_current", "battery_charge", "battery_runtime"]),
        st.floats(0, 60),
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.2, 1.5), st.integers(0, 9999))
def test_late_readings_foretell_what_punctual_ones_do_but_for_what_is_not_noticeable(slope: float, seed: int) -> None:
    chance = random.Random(seed)
    told = [(minute, 49.6 - slope * minute / 60 + chance.gauss(0, 0.03)) for minute in range(2, 120, 2)]
    late = {minute: minute * 60 + chance.uniform(0, 299) for minute, _ in told}
    desks = []
    for arrival in (late, {minute: minute * 60 for minute in late}):
        desk = without_mains()
        for minute, volts in sorted(told, key=lambda one: arrival[one[0]]):
            lines = readings(minute * 60, {"battery_voltage": volts, "battery_current": -50})
            step(desk.state, Inputs(readings=tuple(lines)), at(arrival[minute]))
        desk.tick(125 * 60)
        desks.append(desk)
    ours, theirs = desks
    assert ours.state.batteries.readings == theirs.state.batteries.readings
    remains = max(ours.down_at, theirs.down_at) - 120 * 60
    assert abs(ours.down_at - theirs.down_at) <= 2 * max(300, 0.12 * remains)


@settings(deadline=None, max_examples=40)
@given(lines, st.integers(0, 60))
def test_a_restart_changes_nothing(told: list[tuple[int, str, float]], cut: int) -> None:
    desk = without_mains()
    for minute, name, value in sorted(told)[:cut]:
        desk.read(minute * 60, **{name: value})
    saved = desk.state.saved()
    again, changes = resume(msgspec.msgpack.decode(msgspec.msgpack.encode(saved), type=type(saved)), desk.state.rules)
    assert changes.outages == changes.outages_gone == set()
    assert again.saved() == saved


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("low_volts = 45.0", "low_volts must be more"),
        ("peukert = 0.5", ">= 1"),
        ("curve = []", "length >= 1"),
        ('curve = [{ name = "x", from_volts = 0, full_volts = 50, points = [[0, 0], [0, 1]] }]', "must rise"),
        ('curve = [{ name = "x", from_volts = 50, full_volts = 50, points = [[0, 0], [1, 1]] }]', "from_volts = 0"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_its_reason(wrong: str, reason: str) -> None:
    with pytest.raises(GuywireError, match=reason):
        read_policy(f"[battery]\n{wrong}\n", "policy.toml", Policy, shipped_policy())
