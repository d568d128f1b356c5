"""Wrong use of `user`, `token` and `load` is one line on stderr that holds no secret."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from guywire.cli import main

_URLS = ["nonsense://:::", "postgresql://guywire:hunter22@[bad/x", "garbage hunter22"]


@pytest.mark.parametrize("url", _URLS)
@pytest.mark.parametrize(
    "command", [("token", "ann"), ("user", "list"), ("load", "."), ("migrate",)], ids=lambda c: c[0]
)
def test_a_database_url_that_cannot_be_read_is_refused_without_its_words(command: tuple[str, ...], url: str) -> None:
    result = CliRunner().invoke(main, [*command, "--database-url", url])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "--database-url" in result.stderr
    assert url not in result.stderr
    assert "hunter22" not in result.stderr


@pytest.mark.parametrize("folder", ["/dev/null", "/nowhere/at/all"])
def test_a_data_folder_that_is_none_has_nothing_running(folder: str) -> None:
    result = CliRunner().invoke(main, ["token", "ann", "--data-dir", folder])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "nothing is running" in result.stderr
