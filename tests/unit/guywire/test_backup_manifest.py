"""A backup comes back only to where it fits, and says what is missing where it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from guywire.backup import manifest
from guywire.backup.manifest import Manifest, Server
from guywire.errors import GuywireError

MADE = Manifest(manifest.FORMAT, datetime(2026, 11, 22, tzinfo=UTC), "0.1.0", 32, Server(17, ""), 18, [])


def test_a_backup_reads_as_it_was_written(tmp_path: Path) -> None:
    manifest.write(tmp_path, MADE)
    assert manifest.read(tmp_path) == MADE


@pytest.mark.parametrize(
    ("migrations", "server", "says"),
    [
        (32, Server(17, ""), None),
        (40, Server(18, ""), None),
        (31, Server(18, ""), "newer Guywire (0.1.0)"),
        (32, Server(16, ""), "comes from PostgreSQL 17, and this is 16"),
        (32, Server(17, "2.19.3"), "without TimescaleDB, and this one is with TimescaleDB 2.19.3"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(migrations: int, server: Server, says: str | None) -> None:
    why = manifest.refusal(MADE, migrations, server)
    assert why is None if says is None else why is not None and says in why


def test_what_is_no_backup_or_one_of_another_format_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(GuywireError, match="is no backup"):
        manifest.read(tmp_path)
    (tmp_path / "backup.json").write_text('{"format": 1}')
    with pytest.raises(GuywireError, match="is no backup"):
        manifest.read(tmp_path)
    manifest.write(tmp_path, msgspec.structs.replace(MADE, format=2))
    with pytest.raises(GuywireError, match=r"restore it with that version"):
        manifest.read(tmp_path)
