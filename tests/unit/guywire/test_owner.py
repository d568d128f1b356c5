"""A data folder has one owner, and the run file is believed only while it lives."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from guywire.errors import GuywireError
from guywire.owner import OwnedByAnother, Running, own, running, running_url

URL = "postgresql:///guywire"


def test_what_runs_is_found_while_its_owner_lives_and_not_afterwards(tmp_path: Path) -> None:
    with own(tmp_path) as owner:
        assert running(tmp_path) is None
        owner.announce(URL, 9460)
        assert running(tmp_path) == Running(os.getpid(), URL, 9460)
    assert running_url(tmp_path) is None


def test_a_run_file_left_by_a_killed_owner_does_not_lie(tmp_path: Path) -> None:
    with own(tmp_path) as owner:
        owner.announce(URL)
        left = (tmp_path / "running.json").read_text()
    (tmp_path / "running.json").write_text(left)
    assert json.loads(left)["pid"] == os.getpid()
    assert running_url(tmp_path) is None


def test_the_next_owner_removes_what_the_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text(json.dumps({"pid": 1, "database_url": "a lie", "metrics_port": 0}))
    with own(tmp_path):
        assert running_url(tmp_path) is None


def test_a_second_owner_is_told_who_the_first_is_even_by_another_path(tmp_path: Path) -> None:
    with own(tmp_path / "data"):
        (tmp_path / "link").symlink_to(tmp_path / "data")
        with pytest.raises(OwnedByAnother, match=f"Process {os.getpid()} already runs"), own(tmp_path / "link"):
            pass
    with own(tmp_path / "link"):
        pass


def test_a_folder_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GuywireError, match="Choose another with --data-dir"), own(tmp_path / "file" / "data"):
        pass


def test_nothing_runs_on_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert running(tmp_path / "never") is None


def test_the_run_file_is_for_this_user_only(tmp_path: Path) -> None:
    with own(tmp_path / "data") as owner:
        owner.announce(URL)
        assert (tmp_path / "data" / "running.json").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
