"""The learner finds causes that were planted, and none that were not."""

from __future__ import annotations

from random import Random

import pytest

from alarm_correlation.causes import Scope
from alarm_correlation.learning.evidence import learn
from alarm_correlation.learning.history import History, Onset
from alarm_correlation.learning.reaches import reaches_of
from tests.unit.alarm_correlation.hawkes import DAY, TOPOLOGY, WORLD, Planted, found, history, unit_of

MINUTE = 60.0
HOUR = 3600.0


@pytest.mark.parametrize("scope", [Scope.SITE, Scope.DOWNSTREAM, Scope.FAR_END])
def test_a_planted_cause_is_found_in_its_scope_and_direction_with_its_lag(scope: Scope) -> None:
    effect = "link-effect" if scope is Scope.FAR_END else "effect"
    planted = [Planted("cause", effect, scope, 0.6, 20 * MINUTE)]
    learned = found(history(planted, {"cause": 0.2, effect: 0.1, "other": 0.3}, 60))
    assert learned.keys() == {("cause", effect)}
    evidence = learned["cause", effect]
    assert evidence.scope is scope
    assert 10 * MINUTE < evidence.lags[1] < 30 * MINUTE
    assert evidence.lags[0] < evidence.lags[1] < evidence.lags[2]
    assert evidence.lift > 5
    assert evidence.after > 4 * evidence.before
    assert evidence.places > 10


def test_how_many_effects_fall_to_a_cause_is_about_how_many_were_planted() -> None:
    planted = [Planted("cause", "effect", Scope.SITE, 0.5, 30 * MINUTE)]
    told = history(planted, {"cause": 0.2, "effect": 0.2}, 60)
    evidence = found(told)["cause", "effect"]
    expected = 0.5 * told.count["cause"]
    assert 0.75 * expected < evidence.explained < 1.25 * expected


@pytest.mark.parametrize("lag", [20.0, 2 * MINUTE, 3 * HOUR])
def test_lags_of_seconds_and_of_hours_are_found_in_one_window(lag: float) -> None:
    planted = [Planted("cause", "effect", Scope.SITE, 0.6, lag)]
    evidence = found(history(planted, {"cause": 0.1, "effect": 0.05}, 120), 24 * HOUR)["cause", "effect"]
    assert lag / 2 < evidence.lags[1] < 2 * lag


def test_types_that_know_nothing_of_each_other_make_no_cause() -> None:
    """Five histories of eight types: 320 suspicions by type alone, of which chance may make one true."""
    rates = {f"t{number}": 0.05 * (number + 1) for number in range(8)}
    assert sum(len(found(history([], rates, 60, seed))) for seed in range(5)) <= 1


def test_what_follows_what_follows_is_not_a_direct_effect() -> None:
    planted = [
        Planted("first", "second", Scope.SITE, 0.8, 10 * MINUTE),
        Planted("second", "third", Scope.SITE, 0.8, 10 * MINUTE),
    ]
    learned = found(history(planted, {"first": 0.15, "second": 0.05, "third": 0.05}, 90))
    assert learned.keys() == {("first", "second"), ("second", "third")}


def test_an_effect_that_comes_at_once_or_hours_later_is_not_laid_to_what_came_before_its_cause() -> None:
    planted = [
        Planted("first", "second", Scope.SITE, 0.8, 5 * MINUTE),
        Planted("second", "third", Scope.SITE, 0.4, MINUTE),
        Planted("second", "third", Scope.SITE, 0.4, 3 * HOUR),
    ]
    told = history(planted, {"first": 0.3, "second": 0.02, "third": 0.02}, 180)
    assert found(told).keys() == {("first", "second"), ("second", "third")}


def test_two_effects_of_one_cause_are_not_causes_of_each_other() -> None:
    planted = [
        Planted("cause", "soon", Scope.SITE, 0.8, 5 * MINUTE),
        Planted("cause", "late", Scope.SITE, 0.8, 30 * MINUTE),
    ]
    learned = found(history(planted, {"cause": 0.15, "soon": 0.05, "late": 0.05}, 90))
    assert learned.keys() == {("cause", "soon"), ("cause", "late")}


def test_a_storm_over_all_sites_is_no_cause_at_each() -> None:
    random = Random(4)
    onsets = [
        Onset(begin + random.uniform(0, HOUR), kind, site, unit_of(kind))
        for begin in (random.uniform(0, 60 * DAY) for _ in range(25))
        for site in sorted(WORLD.sites)
        for kind in ("mains", "radio")
        if random.random() < 0.5
    ]
    assert found(History(onsets, reaches_of(TOPOLOGY), len(WORLD.sites))) == {}


def test_a_bad_site_where_everything_is_frequent_makes_no_cause() -> None:
    random = Random(5)
    onsets = [
        Onset(random.uniform(0, 60 * DAY), kind, site, unit_of(kind))
        for site in sorted(WORLD.sites)
        for kind in ("a", "b", "c")
        for _ in range(120 if site in {"H1L1", "H3L2"} else 2)
    ]
    assert found(History(onsets, reaches_of(TOPOLOGY), len(WORLD.sites))) == {}


def test_an_alarm_that_flaps_is_no_cause_of_itself() -> None:
    planted = [Planted("flap", "flap", Scope.SITE, 0.7, 2 * MINUTE)]
    assert found(history(planted, {"flap": 0.2, "other": 0.2}, 60)) == {}


def test_what_a_resource_does_to_itself_is_told_from_what_it_does_to_its_site() -> None:
    random = Random(6)
    onsets = []
    for site in sorted(WORLD.sites):
        for _ in range(8):
            at, unit = random.uniform(0, 60 * DAY), f"port-{random.randrange(4)}"
            onsets.append(Onset(at, "signal", site, unit))
            onsets.append(Onset(at + random.uniform(5, 60), "down", site, unit))
    learned = found(History(onsets, reaches_of(TOPOLOGY), len(WORLD.sites)))
    assert {key: one.scope for key, one in learned.items()} == {("signal", "down"): Scope.RESOURCE}


def test_a_power_feed_is_found_as_the_cause_at_its_sites() -> None:
    random = Random(7)
    onsets = []
    for number in range(40):
        feed = f"F{number % 2}"
        at = random.uniform(0, 60 * DAY)
        onsets.append(Onset(at, "outage", "", f"feed:{feed}"))
        onsets += [
            Onset(at + random.uniform(5, 300), "mains", site, "mains")
            for site in sorted(WORLD.sites)
            if TOPOLOGY.feed_of(site) == feed and random.random() < 0.7
        ]
    learned = found(History(onsets, reaches_of(TOPOLOGY), len(WORLD.sites)))
    assert {key: one.scope for key, one in learned.items()} == {("outage", "mains"): Scope.FEED}


def test_the_order_in_which_history_is_told_does_not_matter() -> None:
    planted = [Planted("cause", "effect", Scope.SITE, 0.6, 20 * MINUTE)]
    told = history(planted, {"cause": 0.2, "effect": 0.1}, 40)
    shuffled = list(told.onsets)
    Random(8).shuffle(shuffled)
    assert found(History(shuffled, told.reaches, told.sites)) == found(told)


@pytest.mark.parametrize("onsets", [[], [Onset(1.0, "a", "G", "x")], [Onset(1.0, "a", "G", "x")] * 30])
def test_a_history_that_says_nothing_teaches_nothing(onsets: list[Onset]) -> None:
    told = History(onsets, reaches_of(TOPOLOGY), len(WORLD.sites))
    assert learn(told, "a", HOUR).evidence == ()
