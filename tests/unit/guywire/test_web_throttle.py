"""Who guesses at sign-in is slowed down by address, and nobody else."""

from __future__ import annotations

from guywire.web import throttle
from guywire.web.throttle import MOST_AT_ONCE, SECONDS_A_TRY, Throttle


def _exhausted(address: str, now: float) -> Throttle:
    one = Throttle()
    assert [one.take(address, now) for _ in range(MOST_AT_ONCE)] == [0.0] * MOST_AT_ONCE
    return one


def test_one_try_too_many_waits_and_then_passes() -> None:
    one = _exhausted("10.0.0.1", 100.0)
    assert one.take("10.0.0.1", 100.0) == SECONDS_A_TRY
    assert one.take("10.0.0.1", 101.0) == SECONDS_A_TRY - 1
    assert one.take("10.0.0.1", 100.0 + SECONDS_A_TRY) == 0.0


def test_a_refused_try_does_not_lengthen_the_wait() -> None:
    one = _exhausted("10.0.0.1", 0.0)
    assert {one.take("10.0.0.1", 0.0) for _ in range(1000)} == {SECONDS_A_TRY}


def test_another_address_is_not_slowed_down() -> None:
    assert _exhausted("10.0.0.1", 0.0).take("10.0.0.2", 0.0) == 0.0


def test_a_good_try_does_not_count() -> None:
    one = Throttle()
    for _ in range(10 * MOST_AT_ONCE):
        assert one.take("10.0.0.1", 0.0) == 0.0
        one.give_back("10.0.0.1")


def test_the_addresses_of_one_ipv6_network_are_one_guesser() -> None:
    one = _exhausted("2001:db8::1", 0.0)
    assert one.take("2001:db8::ffff", 0.0) > 0
    assert one.take("2001:db8:0:1::1", 0.0) == 0.0


def test_memory_is_bounded_and_the_busy_guesser_is_not_forgotten() -> None:
    one = _exhausted("10.0.0.1", 0.0)
    for number in range(throttle.MOST_ADDRESSES - 1):
        one.take(f"host-{number}", 0.0)
    assert one.take("10.0.0.1", 0.0) > 0
    for number in range(throttle.MOST_ADDRESSES - 1):
        one.take(f"other-{number}", 0.0)
    assert one.take("10.0.0.1", 0.0) > 0
    assert len(one._empty_at) == throttle.MOST_ADDRESSES
