"""Golden stories of clocks: each folder `clocks-...` of tests/cases/dispatch, and what stands after each step of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from tests.unit.dispatch.clock_story import Story

CASES = sorted(found.parent for found in (Path(__file__).parents[2] / "cases" / "dispatch").glob("clocks-*/story.toml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_story_goes_as_expected(case: Path) -> None:
    told = tomllib.loads((case / "story.toml").read_text("utf-8"))
    expected = msgspec.json.decode((case / "expected.json").read_bytes())
    story = Story(told)
    for step, stands in zip(told["steps"], expected, strict=True):
        assert story.step(step) == {name: what for name, what in stands.items() if name != "after"}, step["at"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_another_look_changes_nothing(case: Path) -> None:
    told = tomllib.loads((case / "story.toml").read_text("utf-8"))
    story = Story(told)
    for step in told["steps"]:
        stands = story.step(step)
        again = story.step({"at": step["at"]})
        assert {name: again.get(name) for name in ("clocks", "climbs", "told", "over")} == {
            "clocks": stands.get("clocks"),
            "climbs": stands.get("climbs"),
            "told": None,
            "over": None,
        }
