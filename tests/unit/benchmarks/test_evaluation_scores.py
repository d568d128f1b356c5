"""The scores of the correlation benchmark are right on cases that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.correlation import oracle
from benchmarks.correlation.scores import adjusted_rand, group_labels, homogeneity, score
from benchmarks.correlation.truth import ANY, Fault, Occurrence, RootName, Truth
from benchmarks.correlation.verdict import Group, Verdict
from guywire.model import Identity

MAINS = RootName("S1", "power", "mains-failure", "")
STATION = RootName("S2", "bts-a", "base-station-down", "")


def fault(number: int, name: RootName, **more: object) -> Fault:
    return Fault(number, "mains", name.site, 0.0, 3600.0, (name,))._replace(**more)  # type: ignore[arg-type]


def alarm(root: RootName, number: int, at: float, *, is_root: bool = False, cleared: float | None = None) -> Occurrence:
    return Occurrence(Identity(*root), number, at, at + 600, is_root, [at], at + 1, cleared)


def truth() -> Truth:
    """Two faults, the first with three alarms at its site, the second with one; one alarm was never heard."""
    effects = [RootName("S1", "battery-1", kind, "") for kind in ("battery-discharging", "battery-low-voltage")]
    alarms = [
        alarm(MAINS, 1, 10.0, is_root=True),
        *(alarm(effect, 1, 20.0) for effect in effects),
        alarm(STATION, 2, 30.0, is_root=True),
        Occurrence(Identity("S1", "power", "load-disconnect", ""), 1, 40.0, None, is_root=False),
    ]
    return Truth({1: fault(1, MAINS), 2: fault(2, STATION)}, alarms)


def group(root: RootName, *alarms: int, tickets: int = 1, since: float = 100.0) -> Group:
    return Group(root, frozenset(alarms), tickets, since)


@pytest.mark.parametrize(
    ("true", "said", "expected"),
    [
        ([1, 1, 2, 2], [5, 5, 7, 7], 1.0),
        ([0, 0, 1, 2], [0, 0, 1, 1], 0.5714285714285714),  # the example of scikit-learn's documentation
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([1, 1, 1], [2, 2, 2], 1.0),
        ([1, 2, 3], [4, 5, 6], 1.0),
        ([1], [2], 1.0),
        ([], [], 1.0),
    ],
)
def test_the_adjusted_rand_index_has_its_known_values(true: list[int], said: list[int], expected: float) -> None:
    assert adjusted_rand(true, said) == pytest.approx(expected)


LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30)


@given(LABELS)
def test_the_adjusted_rand_index_is_that_of_counting_pairs_one_by_one(pairs: list[tuple[int, int]]) -> None:
    true, said = zip(*pairs, strict=True)
    assert adjusted_rand(true, said) == pytest.approx(_by_pairs(true, said))
    assert adjusted_rand(true, said) == pytest.approx(adjusted_rand(said, true))


def _by_pairs(true: Sequence[int], said: Sequence[int]) -> float:
    """Cohen's kappa over all pairs, which is what the index is (Warrens 2008)."""
    pairs = [(true[a] == true[b], said[a] == said[b]) for a, b in combinations(range(len(true)), 2)]
    both = sum(one and other for one, other in pairs) / len(pairs)
    neither = sum(not one and not other for one, other in pairs) / len(pairs)
    one, other = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
    chance = one * other + (1 - one) * (1 - other)
    return 1.0 if chance == 1 else (both + neither - chance) / (1 - chance)


def test_a_group_of_two_faults_is_not_homogeneous_but_complete() -> None:
    true, said = [1, 1, 2, 2], [0, 0, 0, 0]
    assert homogeneity(true, said) == pytest.approx(0.0)
    assert homogeneity(said, true) == 1.0
    assert homogeneity([1, 1, 2, 2], [1, 1, 2, 3]) == pytest.approx(1.0)


def test_a_perfect_verdict_scores_full_marks() -> None:
    scored = score("f", 1, 10, truth(), Verdict("w", [group(MAINS, 0, 1, 2, since=25.0), group(STATION, 3)]))
    assert (scored.adjusted_rand, scored.homogeneity, scored.completeness, scored.tickets) == (1.0, 1.0, 1.0, 2)
    assert [(one.right, one.tickets, one.strays, one.guests) for one in scored.faults] == [(True, 1, 0, 0)] * 2
    assert scored.faults[0].to_root == pytest.approx(14.0)  # first heard at 11
    assert [one.heard for one in scored.faults] == [3, 1]  # what nobody heard is not asked for


def test_the_group_of_a_fault_holds_most_of_its_alarms_and_its_root_is_asked() -> None:
    """One alarm went astray into the other fault's group, which keeps its own root."""
    wrong = RootName("S1", "battery-1", "battery-discharging", "")
    first, second = score(
        "f", 1, 10, truth(), Verdict("w", [group(wrong, 1, 2, tickets=2), group(STATION, 0, 3)])
    ).faults
    assert (first.right, first.to_root, first.tickets, first.strays, first.guests) == (False, None, 2, 1, 0)
    assert (second.right, second.tickets, second.strays, second.guests) == (True, 1, 0, 1)


def test_the_ticket_of_a_mixed_group_counts_for_the_fault_of_most_of_its_alarms() -> None:
    """All in one: the second fault has no ticket of its own, and its root is not named."""
    first, second = score("f", 1, 10, truth(), Verdict("w", [group(MAINS, 0, 1, 2, 3)])).faults
    assert (first.right, first.tickets, first.guests) == (True, 1, 1)
    assert (second.right, second.tickets, second.deserves) == (False, 0, True)


@pytest.mark.parametrize("groups", [[group(MAINS, 0, 1, 2)], [group(MAINS, 0, 1, 2, 3), group(STATION, 3)]])
def test_what_leaves_an_alarm_out_or_has_it_twice_is_no_verdict(groups: list[Group]) -> None:
    with pytest.raises(ValueError, match="alarm 3 stands in"):
        group_labels(Verdict("w", groups), 4)


def test_a_feed_heard_from_one_site_only_may_be_taken_for_that_sites_mains() -> None:
    feed = RootName("", "feed:F1")
    sites = tuple(RootName(site, ANY, "mains-failure") for site in ("S1", "S2"))
    one = fault(1, feed, unheard_names=sites, told_by=2, can_report=False)
    alarms = [alarm(MAINS, 1, 10.0, is_root=True), alarm(MAINS._replace(site="S2"), 1, 12.0, is_root=True)]
    scores = []
    for heard in (alarms[:1], alarms):
        told = Truth({1: one}, heard)
        verdict = Verdict("w", [group(MAINS, *range(len(heard)))])
        scores += [score("f", 1, 2, told, verdict).faults[0].right]
    assert scores == [True, False]


def test_the_oracle_cannot_name_a_root_that_was_lost() -> None:
    lost = Truth(truth().faults, truth().occurrences[1:])
    assert [one.right for one in score("f", 1, 10, truth(), oracle.judge(truth())).faults] == [True, True]
    assert [(one.root, one.right) for one in score("f", 1, 10, lost, oracle.judge(lost)).faults] == [
        ("lost", False),
        ("heard", True),
    ]


def test_what_healed_by_itself_deserves_a_ticket_only_if_nobody_could_hear_that() -> None:
    brief = fault(1, MAINS, needs_hands=False, heals=True)
    for cleared, deserves in ((30.0, False), (None, True)):
        told = Truth({1: brief}, [alarm(MAINS, 1, 10.0, is_root=True, cleared=cleared)])
        assert score("f", 1, 1, told, oracle.judge(told)).faults[0].deserves is deserves
