"""Figures become an object whose worst group is first, and a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports import BY_ID, REPORTS
from dashboards.reports.model import Asked, By
from dashboards.reports.shape import MOST_ITEMS, shaped, shortened, table

START = datetime(2026, 10, 1, tzinfo=UTC)
ASKED = Asked(START, START + timedelta(days=30), "", By.COMPANY, "UTC")
FIXED = BY_ID["first_time_fix"]


def row(name: str, share: float | None, **more: Any) -> dict[str, Any]:
    return {"part": "item", "id": name, "name": name, "at": None, "share": share, "hits": 1, "n": Decimal(3)} | more


def test_the_worst_group_is_first_and_one_without_a_figure_last() -> None:
    rows = [row("none", None), row("good", 90.0), row("bad", 10.0), row("", 99.0, part="total")]
    shown = shaped(FIXED, ASKED, rows)
    assert [item["id"] for item in shown["items"]] == ["bad", "good", "none"]
    assert shown["total"] == {"share": 99.0, "hits": 1, "n": 3.0}
    slow = shaped(BY_ID["restore"], ASKED, [{**dict.fromkeys(("mean", "median", "p90", "n", "missing"), value),
                  "part": "item", "id": str(value), "name": None, "at": None} for value in (1, 9)])  # fmt: skip
    assert [item["id"] for item in slow["items"]] == ["9", "1"]


def test_a_report_without_facts_has_a_total_of_nothing() -> None:
    assert shaped(FIXED, ASKED, [])["total"] == {"share": None, "hits": None, "n": None}


def test_a_long_report_says_how_many_groups_it_leaves_out() -> None:
    shown = shortened(shaped(FIXED, ASKED, [row(str(number), 1.0) for number in range(MOST_ITEMS + 7)]))
    assert (len(shown["items"]), shown["more"]) == (MOST_ITEMS, 7)


@given(st.text(max_size=20) | st.sampled_from(["=1+1", "\n=1+1", "＝1", "＠SUM(1)"]))
def test_no_cell_begins_as_a_formula(name: str) -> None:
    lines = table(FIXED, shaped(FIXED, ASKED, [row(name, 1.0)])).removeprefix("\ufeff")
    cells = [cell for line in csv.reader(io.StringIO(lines, newline="")) for cell in line]
    assert not [cell for cell in cells if cell[:1] in {*"=+-@\t\r\n＝＋－＠"}]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.id)
def test_every_figure_says_in_both_languages_what_it_is_and_how_it_is_counted(report: Any) -> None:
    assert report.figure in {column.id for column in report.columns}
    assert len(report.by) == len(set(report.by)) > 0
    for words in (report.title, report.counted, *(column.words for column in report.columns)):
        assert words.zh
        assert words.en.isprintable()
    assert report.rows or all(column.sql for column in report.columns)
