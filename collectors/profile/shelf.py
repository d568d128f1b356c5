"""The profiles in use: those that ship, over them those of the data folder; reloaded when a file changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import structlog

from collectors.profile.compile import SHIPPED, Profile, load
from collectors.profile.file import ProfileError

_log = structlog.get_logger(__name__)


class Shelf:
    """A profile of the data folder replaces the shipped one of its name. A bad file is refused, its old one kept."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._seen: dict[Path, tuple[int, int]] = {}
        self._good: dict[Path, Profile] = {}
        self.refused: dict[Path, str] = {}
        """Files that are not used, and why."""

    def reload(self) -> bool:
        """Reads files that are new or changed; whether anything is different now."""
        paths = profile_files(SHIPPED) + profile_files(self._own)
        gone = [path for path in self._seen if path not in paths]
        for path in gone:
            del self._seen[path]
            self.refused.pop(path, None)
        changed = [self._good.pop(path, None) is not None for path in gone]
        changed += [self._read(path) for path in paths]
        if any(changed):
            own = [path.name for path in self._good if path.parent == self._own]
            _log.info("profiles.read", number=len(self._good), own=own)
        return any(changed)

    def profiles(self) -> Mapping[str, Profile]:
        """By name; of two with one name the later file wins, those of the data folder being the last."""
        return {self._good[path].name: self._good[path] for path in self._seen if path in self._good}

    def _read(self, path: Path) -> bool:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._seen.get(path) == stamp:
                return False
            self._seen[path] = stamp
            self._good[path] = load(path)
        except (OSError, ProfileError) as error:
            self.refused[path] = str(error)
            _log.error("profile.refused", path=str(path), error=str(error), old_one_kept=path in self._good)
            return False
        self.refused.pop(path, None)
        return True


def profile_files(folder: Path) -> list[Path]:
    """The profiles of a folder in the order of their names."""
    return sorted(folder.glob("*.toml"))
