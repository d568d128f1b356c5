"""What was told of silence is known after a restart, and on disk before it is told: it is cleared one day, for sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.catch import Catch, Contact
from collectors.places import Equipment, Places, Snapshot
from collectors.policy import default_policy
from collectors.supervision.watch import Watch, read_standing, write_standing
from guywire.model import Identity

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
OFFLINE = Identity("S1", "ups-1", "fsu-offline", "")
UNASKED = Identity("", "collector:local", "collector-silent", "polling")
UPS = Equipment("S1", "ups-1", "ups", "10.0.0.1", credential="ups")


class Keeping:
    """Keeps or refuses, and remembers what the file said at that moment."""

    def __init__(self, path: Path) -> None:
        self.path, self.kept = path, True
        self.events: list[tuple[Identity, bool]] = []
        self.written: list[Identity] = []

    async def keep(self, catch: Catch) -> bool:
        self.events += [(event.identity, event.clears) for event in catch.events]
        self.written = read_standing(self.path)
        return self.kept


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "local-silent.json")


async def test_what_an_earlier_run_told_is_cleared_by_the_next_once_that_is_kept(keeping: Keeping) -> None:
    write_standing(keeping.path, [OFFLINE])
    watch = Watch(keeping.path, "local", AT)
    keeping.kept = False
    gone = Places(Snapshot(1))  # the inventory no longer has the device
    await watch.tick(AT, gone, POLICY, keeping.keep)
    assert (keeping.events, read_standing(keeping.path)) == ([(OFFLINE, True)], [OFFLINE])
    keeping.kept = True
    await watch.tick(AT, gone, POLICY, keeping.keep)
    await watch.tick(AT, gone, POLICY, keeping.keep)
    assert (keeping.events, read_standing(keeping.path)) == ([(OFFLINE, True)] * 2, [])


async def test_what_is_raised_is_on_disk_before_anybody_is_told(keeping: Keeping) -> None:
    watch = Watch(keeping.path, "local", AT)
    places = Places(Snapshot(1, {"S1": "sh/pudong"}, [UPS]))
    await watch.tick(AT, places, POLICY, keeping.keep)
    assert keeping.events == []
    late = AT + timedelta(hours=1)
    await watch.tick(late, places, POLICY, keeping.keep)
    assert (keeping.events, keeping.written) == ([(UNASKED, False)], [UNASKED])
    again = Watch(keeping.path, "local", late)
    again.supervision.heard([Contact("10.0.0.1", late, asked=True)])
    await again.tick(late, places, POLICY, keeping.keep)
    assert keeping.events[1:] == [(UNASKED, True)]
    assert read_standing(keeping.path) == []


def test_a_file_that_cannot_be_read_or_written_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "local-silent.json"
    assert read_standing(path) == []
    path.write_text('[["S1", "ups-1"]]')
    assert read_standing(path) == []
    write_standing(path, [OFFLINE])
    assert read_standing(path) == [OFFLINE]
    write_standing(tmp_path / "absent" / "file.json", [OFFLINE])
