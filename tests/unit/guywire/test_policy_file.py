"""A policy file says what it wants otherwise, and nothing else; a bad one costs nothing that was there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from guywire.policy_file import PolicyError, PolicyFile, read_policy


class Bucket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    burst: int
    per_second: float


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bucket: Bucket
    words: tuple[str, ...]
    speed: dict[str, float] = {}


SHIPPED = Shape(Bucket(100, 2.5), ("fixed", "ok"), {"p": 1.5})


def test_what_it_leaves_out_is_as_it_shipped_key_by_key() -> None:
    read = read_policy('words = ["done"]\n[bucket]\nburst = 7\n[speed]\n"p/c" = 2.0\n', "mine.toml", Shape, SHIPPED)
    assert read == Shape(Bucket(7, 2.5), ("done",), {"p": 1.5, "p/c": 2.0})


def test_an_empty_file_changes_nothing() -> None:
    assert read_policy("", "mine.toml", Shape, SHIPPED) == SHIPPED


@pytest.mark.parametrize(
    ("text", "line"),
    [("bucket = 3\n", 1), ("[bucket]\nburst = 'much'\n", 2), ("[bucket]\nburst = 7\nbursts = 8\n", 3)],
)
def test_what_cannot_be_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PolicyError, match=f"mine.toml:{line}: "):
        read_policy(text, "mine.toml", Shape, SHIPPED)


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 100_000, "x = = 1"])
def test_what_no_reader_of_toml_survives_is_refused_like_any_other(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert PolicyFile(path, Shape, SHIPPED).current() == SHIPPED
    with pytest.raises(PolicyError, match="not TOML"):
        read_policy(text, "mine.toml", Shape, SHIPPED)


def test_a_bad_file_leaves_the_one_before_in_force_and_no_file_what_shipped(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    policy = PolicyFile(path, Shape, SHIPPED)
    path.write_text("[bucket]\nburst = 7\n")
    assert policy.current().bucket == Bucket(7, 2.5)
    assert policy.refused == ""
    path.write_text("[bucket]\nburst = 'much more'\n")
    assert policy.current().bucket == Bucket(7, 2.5)
    assert "mine.toml:2: " in policy.refused
    path.unlink()
    assert policy.current() == SHIPPED
    assert policy.refused == ""
