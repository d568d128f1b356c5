"""The policy of dispatch as data: TOML that is checked, read again at run time, and kept when the new one is bad."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import structlog

from guywire.errors import GuywireError

_log = structlog.get_logger(__name__)

_Positive = Annotated[float, msgspec.Meta(gt=0, le=1000)]
_Detour = Annotated[float, msgspec.Meta(ge=1, le=10)]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
_Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]

REACH = {"area": 3, "city": 2, "province": 1}
"""How many steps of the region path must be shared at each width."""


class PolicyError(GuywireError):
    """A policy file that cannot be used: file, line and reason."""


class AskAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes before the same technician is asked again, by how it ended; the words are `WorkOrderState`'s."""

    declined: _Minutes
    expired: _Minutes
    failed: _Minutes
    withdrawn: _Minutes


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `policy.toml` holds; its comments say what each value means."""

    speed_kmh: _Positive
    detour: _Detour
    offer_seconds: _Seconds
    retry_seconds: _Seconds
    ask_again_minutes: AskAgain
    position_max_age_minutes: _Minutes
    overtime_minutes: _Minutes
    clock_tolerance_seconds: _Seconds
    position_keep_days: _Count
    positions_at_once: _Count
    jobs_at_once: _Count
    explain_at_most: _Count
    widen: Annotated[tuple[Literal["area", "city", "province"], ...], msgspec.Meta(min_length=1)]
    vague_results: frozenset[str]
    result_example: str
    detour_of_region: dict[str, _Detour] = {}

    def detour_in(self, region: str) -> float:
        """The detour factor of the longest region path that holds `region`."""
        if not self.detour_of_region:
            return self.detour
        steps = region.split("/")
        paths = ("/".join(steps[:count]) for count in range(len(steps), 0, -1))
        return next((self.detour_of_region[path] for path in paths if path in self.detour_of_region), self.detour)


def read_policy(text: str, where: str) -> Policy:
    """Parses and checks; raises `PolicyError` with file, line and reason."""
    try:
        return msgspec.convert(tomllib.loads(text), Policy)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{where}: not TOML: {error}. Mend the file; the policy before it stays in force.") from None
    except msgspec.ValidationError as error:
        line = _line_of(text, str(error))
        raise PolicyError(f"{where}:{line}: {error}. Mend the file; the policy before it stays in force.") from None


def default_policy() -> Policy:
    """The policy that ships with the package."""
    return read_policy(resources.files("dispatch").joinpath("policy.toml").read_text("utf-8"), "dispatch/policy.toml")


class PolicyFile:
    """The policy in force: the operator's file where there is one, else what ships."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._policy = default_policy()

    def current(self) -> Policy:
        """The policy now; looks whether the file changed. Never raises: a bad file is logged and not used."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp = stamp
            self._read_again()
        return self._policy

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def _read_again(self) -> None:
        if self._stamp is None:
            self._policy = default_policy()
            return
        try:
            self._policy = read_policy(self._path.read_text("utf-8"), str(self._path))
            _log.info("policy.read", file=str(self._path))
        except (PolicyError, OSError, UnicodeDecodeError) as error:
            _log.error("policy.refused", file=str(self._path), reason=str(error))


def _line_of(text: str, message: str) -> int:
    """The line that a message speaks of: it names a field as `$.name` or in backticks; 1 when it has no line."""
    named = set(re.findall(r"\$\.(\w+)|`(\w+)`", message))
    names = {name for pair in named for name in pair if name}
    keys = (line.split("=")[0].strip(" []") for line in text.splitlines())
    return next((number for number, key in enumerate(keys, 1) if key in names), 1)
