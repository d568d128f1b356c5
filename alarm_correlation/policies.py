"""The files that rule the correlator, as they stand now: what ships, or what the data folder has in its place."""

from __future__ import annotations

from pathlib import Path

from alarm_correlation.causes import CauseFile, Causes, shipped_cause_file
from alarm_correlation.policy import Policy, shipped_policy
from guywire.policy_file import PolicyFile


class Policies:
    """`policy/alarm_correlation.toml` and `policy/causes.toml` of the data folder; a bad one is refused and logged."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / "policy"
        self._policy = PolicyFile(folder / "alarm_correlation.toml", Policy, shipped_policy())
        self._causes = PolicyFile(folder / "causes.toml", CauseFile, shipped_cause_file())
        self._read: tuple[CauseFile, Causes] | None = None

    def current(self) -> tuple[Policy, Causes]:
        """Both in force; the very same objects as before while no file has changed."""
        file = self._causes.current()
        if self._read is None or self._read[0] is not file:
            self._read = (file, Causes(file.rules()))
        return self._policy.current(), self._read[1]
