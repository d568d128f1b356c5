"""Policy is data that is checked: a bad file is refused with file, line and reason, and the old one stays in force."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import pytest

from dispatch.policy import Policy, default_policy, policy_file
from guywire.policy_file import PolicyError, read_policy

TEXT = resources.files("dispatch").joinpath("policy.toml").read_text("utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new)


def line_of(key: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), 1) if line.startswith(key))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (changed("offer_seconds = 600", "offer_seconds = 0"), line_of("offer_seconds"), "`int` >= 1"),
        (changed("speed_kmh = 40.0", 'speed_kmh = "fast"'), line_of("speed_kmh"), "Expected `float`"),
        (changed("speed_kmh = 40.0", "spede_kmh = 40.0"), line_of("speed_kmh"), "spede_kmh"),
        (changed('"area", "city"', '"street", "city"'), line_of("widen"), "street"),
        (changed("[detour_of_region]", '[detour_of_region]\n"p/c" = 0.5'), line_of("[detour") + 1, ">= 1"),
    ],
)
def test_a_bad_value_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(text, "policy.toml", Policy)
    assert str(caught.value).startswith(f"policy.toml:{line}: ")
    assert reason in str(caught.value)


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(PolicyError, match=r"policy.toml: not TOML: .*line 2"):
        read_policy("speed_kmh = 40\nwhat is this", "policy.toml", Policy)


def test_the_longest_region_path_decides_the_detour() -> None:
    policy = read_policy(TEXT + '"p" = 1.5\n"p/c" = 2.0\n', "policy.toml", Policy)
    detours = [policy.detour_in(region) for region in ("p/c/a", "p/c", "p/d/a", "q/c/a", "p/cc/a", "")]
    assert detours == [2.0, 2.0, 1.5, 1.3, 1.5, 1.3]


def test_the_file_in_force_is_read_again_when_it_changes_and_kept_when_the_new_one_is_bad(tmp_path: Path) -> None:
    path = tmp_path / "policy" / "dispatch.toml"
    path.parent.mkdir()
    policy = policy_file(tmp_path)
    assert policy.current() == default_policy()
    path.write_text(changed("offer_seconds = 600", "offer_seconds = 60"))
    assert policy.current().offer_seconds == 60
    path.write_text("offer_seconds = 'soon'")
    assert policy.current().offer_seconds == 60
    path.write_text(changed("offer_seconds = 600", "offer_seconds = 90"))
    os.utime(path, ns=(1, 1))
    assert policy.current().offer_seconds == 90
    path.unlink()
    assert policy.current() == default_policy()
