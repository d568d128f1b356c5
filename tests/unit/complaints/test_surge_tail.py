"""The chance of so many calls: against sums by definition, against simulation, and to the smallest probabilities."""

from __future__ import annotations

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from complaints.surges.tail import upper_tail

MEANS = st.floats(0.001, 40)
SIZES = st.floats(0.1, 100)


@given(st.integers(0, 60), MEANS, SIZES)
def test_alone_it_is_the_negative_binomial(count: int, mean: float, size: float) -> None:
    exact = nbinom.sf(count - 1, size, size / (size + mean))
    assert upper_tail(count, mean, size) == pytest.approx(exact, rel=1e-5, abs=1e-12)


@given(st.integers(0, 40), MEANS)
def test_a_rate_that_is_known_makes_it_poisson(count: int, mean: float) -> None:
    assert upper_tail(count, mean, inf) == pytest.approx(poisson.sf(count - 1, mean), rel=1e-5, abs=1e-12)


@given(st.integers(1, 40), MEANS, SIZES, st.floats(0, 0.5))
def test_more_calls_are_less_likely_and_all_are_chances(count: int, mean: float, size: float, company: float) -> None:
    fewer, more = (upper_tail(n, mean, size, company) for n in (count, count + 1))
    assert 0 <= more <= fewer + 1e-9
    assert fewer <= 1


def test_company_makes_many_calls_likelier() -> None:
    assert upper_tail(3, 0.02, 5, 0.15) > 10 * upper_tail(3, 0.02, 5)


def test_with_company_it_is_what_simulation_says() -> None:
    draw = random.Random(3)

    def calls() -> int:
        rate = draw.gammavariate(2, 1.5 / 1.15 / 2)
        occasions, at = 0, draw.expovariate(1)
        while at < rate:
            occasions, at = occasions + 1, at + draw.expovariate(1)
        return occasions + sum(draw.random() < 0.15 for _ in range(occasions))

    runs = 40_000
    share = sum(calls() >= 4 for _ in range(runs)) / runs
    assert upper_tail(4, 1.5, 2, 0.15) == pytest.approx(share, rel=0.1)


def test_the_smallest_chances_are_not_lost() -> None:
    assert 0 < upper_tail(40, 0.5, inf) < 1e-50


@pytest.mark.parametrize("size", [0.3, 3.2, inf])
def test_thousands_of_calls_where_a_hundred_are_usual_are_as_good_as_impossible(size: float) -> None:
    """A storm whose incident is not known yet: the look must neither break nor hold anybody up."""
    chances = [upper_tail(count, 90.0, size, 0.15) for count in (90, 300, 1200, 10_000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.2 or size == 0.3
    assert chances[-1] < 1e-5


@given(st.integers(1000, 5000), st.floats(500, 3000), st.floats(0.5, 50))
def test_many_usual_calls_are_no_trouble_either(count: int, mean: float, size: float) -> None:
    exact = nbinom.sf(count - 1, size, size / (size + mean))
    assert upper_tail(count, mean, size) == pytest.approx(exact, rel=1e-4, abs=1e-9)
