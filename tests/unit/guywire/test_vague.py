"""What says nothing is told from what says something, in both languages."""

from __future__ import annotations

import pytest

from guywire.vague import is_vague

ENGLISH = [
    "",
    "  ",
    "fixed",
    "OK",
    "ok.",
    "Ok, done!",
    "fixed fixed",
    "WORKS NOW",
    "works now",
    "...",
    "!!",
    "done",
    "n/a",
]
SENTENCES = ["It is fixed now", "problem solved", "all good", "no problem", "The fault has been repaired."]
CHINESE = ["已修复", "已修复。", "已修复了。", "好了", "正常！", "恢复，正常", "搞定啦", "故障已处理"]


@pytest.mark.parametrize("text", ENGLISH + SENTENCES + CHINESE)
def test_words_that_say_nothing_are_vague(text: str) -> None:
    assert is_vague(text)


@pytest.mark.parametrize(
    "text",
    [
        "replaced rectifier 2", "fixed the broken fibre", "fixed the door hinge", "reset breaker Q1",
        "utility restored feeder", "更换整流模块2", "修复光缆接头", "加油", "cleared by itself after 12 min",
    ],
)  # fmt: skip
def test_words_that_say_something_are_not(text: str) -> None:
    assert not is_vague(text)


def test_a_policy_may_know_more_of_them() -> None:
    assert not is_vague("as usual")
    assert is_vague("As usual!", frozenset({"as usual"}))
