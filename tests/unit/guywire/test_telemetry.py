"""A log that strangers can write into stays short, and says how much it leaves out."""

from __future__ import annotations

from guywire.telemetry import Seldom


def test_so_many_lines_a_minute_and_the_next_one_tells_how_many_were_left_out() -> None:
    now = [0.0]
    seldom = Seldom(2, lambda: now[0])
    assert [seldom.now() for _ in range(5)] == [0, 0, None, None, None]
    now[0] = 59.9
    assert seldom.now() is None
    now[0] = 60.0
    assert [seldom.now() for _ in range(3)] == [4, 0, None]
