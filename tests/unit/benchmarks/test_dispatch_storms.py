"""The storm of the dispatch benchmark: one world for all policies, played by its rules, and shares that are right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from benchmarks.dispatch.baselines import BASELINES, nearest_open_ticket
from benchmarks.dispatch.engine import Pairs, Policy, Situation, simulate
from benchmarks.dispatch.ours import Ours
from benchmarks.dispatch.table import share
from benchmarks.dispatch.world import END, Cell, World, make_world

CELL = Cell(60, 12)


def policies(world: World) -> Mapping[str, Policy]:
    return {**BASELINES, "ours": Ours(world)}


def test_the_same_seed_makes_the_same_storm_and_another_seed_another() -> None:
    one, same, other = make_world(1, CELL), make_world(1, CELL), make_world(2, CELL)
    assert np.array_equal(one.truth.ends, same.truth.ends)
    assert not np.array_equal(one.truth.ends, other.truth.ends)


def test_every_policy_gives_the_same_result_twice() -> None:
    world = make_world(3, CELL)
    first = {name: simulate(world, policy) for name, policy in policies(world).items()}
    assert first == {name: simulate(world, policy) for name, policy in policies(world).items()}
    assert len(set(first.values())) == len(first)


@pytest.mark.parametrize("name", [*BASELINES, "ours"])
def test_nobody_is_asked_for_what_he_cannot_do_or_has_declined(name: str) -> None:
    world = make_world(4, CELL)
    policy, asked = policies(world)[name], set[tuple[int, int]]()

    def watched(situation: Situation) -> Pairs:
        pairs = policy(situation)
        minutes = situation.minutes()
        for ticket, technician in pairs:
            assert np.isfinite(minutes[situation.open.index(ticket), situation.free.index(technician)])
            assert (ticket, technician) not in asked
            asked.add((ticket, technician))
        return pairs

    result = simulate(world, watched)
    declined = sum(bool(world.truth.declines[pair]) for pair in asked)
    assert declined > 0
    assert result.served <= len(asked) - declined


def test_what_nobody_serves_is_down_from_its_batterys_end_until_the_two_days_are_over() -> None:
    world = make_world(5, CELL)
    result = simulate(world, lambda _: ())
    down = np.maximum(0, END - world.truth.ends) * world.tickets.weight
    assert result.down == pytest.approx(down.sum())
    assert (result.km, result.served, result.missed) == (0, 0, (world.truth.ends < END).sum())


def test_a_policy_does_not_see_when_batteries_really_end() -> None:
    world = make_world(6, CELL)
    errors = (world.tickets.ends - world.truth.ends) / (world.truth.ends - world.tickets.at)
    assert 0.2 < errors.std() < 0.4
    assert abs(errors.mean()) < 0.15


def test_the_nearest_of_all_pairs_goes_first() -> None:
    world = make_world(7, CELL)

    def nearest(situation: Situation) -> Pairs:
        pairs, minutes = nearest_open_ticket(situation), situation.minutes()
        if pairs:
            ticket, technician = pairs[0]
            best = minutes[situation.open.index(ticket), situation.free.index(technician)]
            assert best == minutes.min()
        return pairs

    assert simulate(world, nearest).served > 0


def test_a_share_of_what_is_proportional_has_no_doubt() -> None:
    whole = np.array([10.0, 20.0, 40.0])
    found = share(whole / 4, whole)
    assert found.value == 0.25
    assert found.either_side == pytest.approx(0, abs=1e-12)


def test_the_interval_of_a_share_holds_the_truth_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        whole = rng.normal(100, 10, 20)
        found = share(0.3 * whole + rng.normal(0, 4, 20), whole)
        held += abs(found.value - 0.3) <= found.either_side
    assert 0.93 < held / 2000 < 0.97
