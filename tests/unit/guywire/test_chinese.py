"""Chinese is set by one rule: figures and letters stand off, dates and names stay whole; all our texts keep it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guywire.chinese import filled, joined, spaced

ROOT = Path(__file__).parents[3]
PACKAGES = ("guywire", "collectors", "alarm_correlation", "dispatch", "complaints", "field_app_api", "dashboards")
HAN = re.compile("[\u4e00-\u9fff]")
TEXT = st.text(st.sampled_from("断站月日年3aZ %℃，。 “-:"), max_size=20)


@pytest.mark.parametrize(
    ("given", "set_right"),
    [
        ("断站3个", "断站 3 个"),
        ("由FSU上报", "由 FSU 上报"),
        ("超过45℃关机，85%易凝露", "超过 45℃ 关机，85% 易凝露"),
        ("11月22日14:05恢复", "11月22日 14:05 恢复"),
        ("2026年11月22日", "2026年11月22日"),
        ("（A类）：3个，", "（A 类）：3 个，"),
        ("断站 3 个", "断站 3 个"),
        ("no Chinese, 3 sites", "no Chinese, 3 sites"),
    ],
)
def test_figures_and_letters_stand_off_and_dates_stay_whole(given: str, set_right: str) -> None:
    assert spaced(given) == set_right


@given(TEXT)
def test_setting_only_adds_spaces_and_does_so_once(text: str) -> None:
    assert spaced(text).replace(" ", "") == text.replace(" ", "")
    assert spaced(spaced(text)) == spaced(text)


@given(st.lists(TEXT.map(spaced), max_size=6))
def test_what_is_joined_of_parts_that_are_set_is_set(parts: list[str]) -> None:
    assert joined(*parts) == spaced(joined(*parts))
    assert joined(*parts).replace(" ", "") == "".join(parts).replace(" ", "")


@given(st.text(max_size=9))
def test_a_name_stays_as_it_is_written(name: str) -> None:
    assert name in filled("{name}断站{n}个", {"name": name, "n": 3})
    assert filled("{n:.1f} at {name}", {"name": name, "n": 3}) == f"3.0 at {name}"


def test_a_value_stands_off_only_where_it_must() -> None:
    template = "工单{ticket}（{site}）已{minutes}分钟无人接单"
    values = {"ticket": "T1", "site": "西湖3号", "minutes": 20}
    assert filled(template, values) == "工单 T1（西湖3号）已 20 分钟无人接单"
    assert filled("自{since}起", {"since": "11月22日 14:05"}) == "自 11月22日 14:05 起"
    with pytest.raises(KeyError):
        filled("{n}", {})


def _files(pattern: str) -> list[Path]:
    return [path for name in PACKAGES for path in sorted((ROOT / name).rglob(pattern)) if "demo" not in path.parts]


def _of_toml(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _of_toml(inner)
    if isinstance(value, dict):
        yield from value


def _of_python(tree: ast.Module) -> Iterator[str]:
    """Texts that are said. An f-string has a mark for each value, which no Chinese character may touch: nobody knows
    what it will be (`joined` and `filled` do)."""
    said = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said | inside:
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)


def _of_javascript(source: str) -> Iterator[str]:
    without_comments = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)
    for text in re.findall(r'"(?:[^"\\\n]|\\.)*"', without_comments):
        yield re.sub(r"\$\d|[-\w]+:\S+", "", text)  # neither a pattern's groups, nor what is typed into a search


def _texts(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    if path.suffix == ".toml":
        yield from _of_toml(tomllib.loads(source))
    elif path.suffix == ".py":
        yield from _of_python(ast.parse(source))
    else:
        yield from _of_javascript(source)


@pytest.mark.parametrize("pattern", ["*.toml", "*.py", "*.js"])
def test_every_text_of_ours_is_set_by_the_rule(pattern: str) -> None:
    texts = [(path, text) for path in _files(pattern) for text in _texts(path) if HAN.search(text)]
    assert len(texts) > 20
    assert [f"{path.relative_to(ROOT)}: {text}" for path, text in texts if spaced(text) != text] == []
