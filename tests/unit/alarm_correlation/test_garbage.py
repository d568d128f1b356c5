"""The collector passes over what a correlator was filled with, and what was left behind before is gone by then."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from alarm_correlation.garbage import kept_for_good


class Thing:
    """Something that can be in a circle."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_at_the_end_is_passed_over_and_freed_when_nobody_holds_it() -> None:
    with kept_for_good():
        held = [set[int]() for _ in range(10)]
    assert not any(one is thing for one in gc.get_objects() for thing in held)
    gone = weakref.ref(held[0])
    held.clear()
    assert gone() is None


def test_what_lay_about_in_a_circle_is_collected_first_also_what_was_passed_over() -> None:
    with kept_for_good():
        gone = weakref.ref(Thing())
    with kept_for_good():
        assert gone() is None
