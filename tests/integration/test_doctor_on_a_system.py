"""The doctor finds the running system by its data folder and says how it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg

from guywire.doctor import Finding, database, examine
from guywire.settings import SERVICES, Settings
from tests.conftest import empty_database
from tests.integration.fake_system import NAMES, free_settings, supervised


async def test_a_running_system_is_found_by_its_folder_alone(tmp_path: Path, database_url: str) -> None:
    settings = free_settings(tmp_path, database_url)
    async with supervised(settings) as told:
        await told.until("guywire", "Ctrl-C stops everything")
        findings = {finding.name: finding for finding in await examine(replace(settings, database_url=""))}
        elsewhere = await examine(replace(settings, database_url="", metrics_port=settings.metrics_port + 100))
    assert findings["database"].text.endswith("up to date")
    for place, service in enumerate(SERVICES):
        there = service in NAMES
        assert findings[service].level == ("ok" if there else "fail")
        port = findings[f"tcp {settings.metrics_port + place}"]
        assert port.text == f"{'ours:' if there else 'free for'} metrics of {service}"
    assert [finding.name for finding in elsewhere if finding.text == "well"] == list(NAMES)


async def test_a_database_that_was_never_migrated_or_is_behind_is_a_warning(postgres_url: str) -> None:
    with empty_database(postgres_url) as url:
        settings = Settings(database_url=url)
        assert (await database(settings, None)).level == "warn"
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE public.guywire_migration (number integer)")
        assert "migrations behind" in (await database(settings, None)).text


async def test_a_migrated_database_is_well(database_url: str) -> None:
    found = await database(Settings(database_url=database_url), None)
    assert found == Finding("ok", "database", found.text)
    assert "up to date" in found.text
