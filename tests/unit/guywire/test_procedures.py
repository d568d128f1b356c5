"""Procedures: what ships covers every alarm type and category in both languages, people's lie over it, search finds."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from complaints import care_policy
from guywire.catalogue import CATALOGUE
from guywire.procedures import Library, Procedure, shipped
from guywire.procedures.library import LANGUAGES, ProcedureError, read_procedures

MINE = Procedure(
    id="mains-failure-en",
    version=1,
    title="Mains, our way",
    alarm_types=("mains-failure",),
    language="en",
    steps=("Look",),
)
ENTRY = """
[mains-failure]
warnings = ["{warning}"]
[mains-failure.zh]
title = "题"
summary = "要"
steps = ["一", "二", "三", "四"]
[mains-failure.en]
title = "t"
summary = "s"
steps = ["1", "2", "3", "4"{more}]
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alarm_type_and_category_has_a_procedure(language: str) -> None:
    library = Library(())
    assert [key for key in CATALOGUE if not library.find(alarm_type=key, language=language)] == []
    categories = care_policy.shipped_policy().categories
    assert [key for key in categories if not library.find(category=key, language=language)] == []


def test_what_ships_names_only_what_there_is() -> None:
    categories = care_policy.shipped_policy().categories
    for procedure in shipped().values():
        assert set(procedure.alarm_types) <= set(CATALOGUE)
        assert set(procedure.categories) <= set(categories)


def test_both_languages_have_the_same_steps_and_warnings() -> None:
    for key, procedure in shipped().items():
        other = shipped()[f"{key.rpartition('-')[0]}-{'en' if procedure.language == 'zh' else 'zh'}"]
        assert (len(procedure.steps), len(procedure.warnings)) == (len(other.steps), len(other.warnings)), key


@pytest.mark.parametrize(
    ("types", "warning"),
    [
        (["battery-failure", "dc-fuse-blown", "load-disconnect"], "-48 V"),
        (["tower-light-failure", "cell-down"], "harness"),
        (["genset-running", "genset-failure", "mains-failure"], "carbon monoxide"),
        (["smoke"], "fire brigade"),
    ],
)
def test_what_can_kill_is_warned_of(types: list[str], warning: str) -> None:
    for kind in types:
        assert any(warning in one for one in shipped()[f"{kind}-en"].warnings), kind


def test_every_word_of_a_text_must_occur_in_any_language() -> None:
    library = Library(())
    assert library.find("fuse BLOWN", language="en")[0].id == "dc-fuse-blown-en"
    assert "mains-failure-zh" in [one.id for one in library.find("mains failure", language="zh")]
    assert "mains-failure-en" in [one.id for one in library.find("停电", language="en")]
    assert library.find("mains xyzzy") == []
    assert {one.id for one in library.find("complaint-no", category="no_signal")} <= set(shipped())
    worded = Library((), {"no_signal": "无信号 No signal"})
    assert [one.id for one in worded.find("signal 无信号", category="no_signal", language="en")] == [
        "complaint-no-signal-en"
    ]


def test_titles_come_first() -> None:
    found = Library(()).find("generator", language="en")
    titled = ["generator" in one.title.lower() for one in found]
    assert titled == sorted(titled, reverse=True)
    assert True in titled
    assert False in titled


def test_what_people_wrote_lies_over_what_ships_and_what_they_retired_is_gone() -> None:
    library = Library([MINE])
    assert library.get("mains-failure-en") is MINE
    assert library.get("mains-failure-zh") is shipped()["mains-failure-zh"]
    retired = Procedure(id="smoke-en", version=1, title="x", language="en", steps=("x",), current=False)
    assert Library([retired]).get("smoke-en") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.format(warning="nothing", more=""), "nothing"),
        (ENTRY.format(warning="dc", more=', "5", "6", "7", "8", "9"'), "length <= 8"),
        (ENTRY.format(warning="dc", more="") + 'colour = "red"', "colour"),
        ("[mains-failure", "x.toml: "),
    ],
)
def test_a_bad_file_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(ProcedureError, match=r"x\.toml: ") as refused:
        read_procedures(text, "x.toml", {"dc": {"zh": "直流", "en": "DC"}})
    assert said in str(refused.value)


def test_no_warning_ships_that_nothing_names() -> None:
    folder = resources.files("guywire.procedures")
    warnings = tomllib.loads(folder.joinpath("warnings.toml").read_text("utf-8"))
    told = {one for procedure in shipped().values() for one in procedure.warnings}
    assert [key for key, words in warnings.items() if words["en"] not in told] == []
