"""What a process that listens or asks has to know, from files that are looked at every two seconds, in every process.

The keeper writes the inventory's file when the database has a new one; whoever feeds it needs no database for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog

from collectors import inventory
from collectors.credentials import Credentials, credentials_file
from collectors.pipeline import Knowledge
from collectors.places import Places, Snapshot
from collectors.policy import Policy, policy_file
from collectors.profile.adopted import adopted_profile
from collectors.profile.classify import Classifier
from collectors.profile.compile import Profile
from collectors.profile.shelf import Shelf
from collectors.wire.filters import OPEN, Filters
from guywire.settings import Settings

LOOK_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class Learning:
    """`look` reads what changed. Each part stays the same object for as long as it is the same."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = Shelf(settings.data_dir / "profiles")
        self._policy_file = policy_file(settings.data_dir)
        self._credentials_file = credentials_file(settings.data_dir)
        self._policy = self._policy_file.current()
        self._credentials = self._credentials_file.current()
        self._cache = settings.spool_dir / f"{settings.collector}-inventory.json"
        self._cache_stamp: tuple[int, ...] | None = None
        self._places = Places(Snapshot(), settings.realm)
        self._classifier = Classifier(())
        self._filtering: tuple[tuple[str, ...], frozenset[bytes] | None] = ((), None)
        self._filters = OPEN
        self.snapshot = Snapshot()
        self.look()

    @property
    def policy(self) -> Policy:
        return self._policy

    @property
    def credentials(self) -> Credentials:
        return self._credentials

    @property
    def profiles(self) -> Mapping[str, Profile]:
        """By name. New ones come with a new classifier."""
        return self._shelf.profiles()

    @property
    def knowledge(self) -> Knowledge:
        return Knowledge(self._places, self._classifier, self._filters)

    @property
    def refused(self) -> list[str]:
        """What stands in files and is not used, and why."""
        files = (self._policy_file.refused, self._credentials_file.refused)
        return [*filter(None, files), *self._shelf.refused.values()]

    def look(self) -> None:
        """Takes over whatever file is new; a bad one is told in the log, and what it says is not used."""
        stamp = _stamp(self._cache)
        if stamp != self._cache_stamp:
            self._cache_stamp = stamp
            self._know(inventory.load_cache(self._cache))
        if self._shelf.reload():
            self._classify()
        self._policy, self._credentials = self._policy_file.current(), self._credentials_file.current()
        self._filter()

    def learn(self, snapshot: Snapshot) -> None:
        """The keeper's: takes over what the database says, and writes it down for the others."""
        self._know(snapshot)
        inventory.save_cache(self._cache, snapshot)
        self._cache_stamp = _stamp(self._cache)

    def _know(self, snapshot: Snapshot) -> None:
        adopted, self.snapshot = self.snapshot.adopted, snapshot
        self._places = Places(snapshot, self._settings.realm)
        if snapshot.adopted != adopted:
            self._classify()

    def _classify(self) -> None:
        self._classifier = Classifier([*self._shelf.profiles().values(), *adopted_profile(self.snapshot.adopted)])

    def _filter(self) -> None:
        traps = self._policy.traps
        filtering = (traps.sources, self._credentials.communities if traps.check_community else None)
        if filtering == self._filtering:
            return
        self._filtering, self._filters = filtering, Filters(*filtering)
        if filtering[1] == frozenset():
            _log.error("policy.no_community_is_known", meaning="every trap is refused: name some in credentials.toml")


async def keep_looking(learning: Learning) -> None:
    """Looks every two seconds until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        learning.look()


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
