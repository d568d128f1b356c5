"""Supervision at work: told who there is and who spoke, asked every second; what stands is kept over restarts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from collectors.catch import Catch, Keep
from collectors.places import Places
from collectors.policy import Policy
from collectors.supervision.rules import Supervision
from guywire.model import Identity
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_not_written = Seldom()


class Watch:
    """One a keeper. Give it every catch's contacts by `supervision.heard`."""

    def __init__(self, path: Path, collector: str, now: datetime) -> None:
        self._path = path
        self._places: Places | None = None
        self.supervision = Supervision(collector, now, read_standing(path))

    async def tick(self, now: datetime, places: Places, policy: Policy, keep: Keep) -> None:
        """Hands over what has to be told. What may have been told is on disk before, so that it is cleared one day."""
        if places is not self._places:
            self._places = places
            self.supervision.inventory(places, now)
        events = self.supervision.tick(now, policy)
        if not events:
            return
        write_standing(self._path, self.supervision.standing | {one.identity for one in events if not one.clears})
        if await keep(Catch(events=events)):
            self.supervision.kept(events)
            write_standing(self._path, self.supervision.standing)


def read_standing(path: Path) -> list[Identity]:
    """What an earlier run told; nothing when there is no file that can be read."""
    try:
        return [Identity(*one) for one in msgspec.json.decode(path.read_bytes(), type=list[tuple[str, str, str, str]])]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("watch.unreadable", path=str(path), error=str(error))
        return []


def write_standing(path: Path, standing: Iterable[Identity]) -> None:
    """Replaces the file as a whole."""
    fresh = path.with_suffix(".new")
    try:
        fresh.write_bytes(msgspec.json.encode(sorted(standing)))
        fresh.replace(path)
    except OSError as error:  # it can still be told
        if (left_out := _not_written.now()) is not None:
            _log.warning("watch.not_written", path=str(path), error=str(error), left_out=left_out)
