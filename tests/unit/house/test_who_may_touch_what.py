"""The import rules hold, and each table is written, and named, by the one package that owns it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.unit.house.tree import PACKAGES, ROOT, name_of, sql_texts, tables

pytestmark = pytest.mark.house

OWNER = {
    "core": "guywire",
    "collectors": "collectors",
    "correlation": "alarm_correlation",
    "dispatch": "dispatch",
    "complaints": "complaints",
    "field": "field_app_api",
    "centre": "dashboards",
}
WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(\w+\.\w+)", re.IGNORECASE
)
NAMED = re.compile(r"(?<![\w.])(\w+\.\w+)(?![\w.(])")


def written(text: str) -> set[str]:
    """The tables that a piece of SQL writes."""
    return set(WRITE.findall(text))


def test_the_import_rules_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_schema_has_an_owner() -> None:
    assert {table.split(".")[0] for table in tables()} <= {*OWNER, "public"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_writes_only_its_own_tables(package: str) -> None:
    known = tables()
    trespasses = {
        f"{name_of(path)} writes {table}"
        for path, text in sql_texts(package)
        for table in written(text) & known
        if OWNER.get(table.split(".")[0], package) != package
    }
    assert trespasses == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_reads_others_only_through_views(package: str) -> None:
    foreign = {table for table in tables() if OWNER.get(table.split(".")[0], package) != package}
    peeks = {
        f"{name_of(path)} reads {table}"
        for path, text in sql_texts(package)
        if re.search(r"\b(FROM|JOIN)\b", text)
        for table in foreign & set(NAMED.findall(text))
    }
    assert peeks == set()


def test_the_scan_sees_every_way_of_writing() -> None:
    text = (
        "WITH gone AS (DELETE FROM core.a) INSERT INTO core.b SELECT 1; update core.c SET x = 1; COPY core.d FROM STDIN"
    )
    assert written(text) == {"core.a", "core.b", "core.c", "core.d"}
