"""Who is polled, and for what: inventory, profiles and credentials put together. Pure.

Equipment with an address and a credential is asked for its sysUpTime at least; one whose profile has sensors or tables
of standing alarms, for these too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from collectors.credentials import Community, Credentials, User
from collectors.places import Equipment, Snapshot
from collectors.poll.agent import AgentError, check
from collectors.poll.ask import Question
from collectors.profile.compile import Profile
from collectors.profile.sensors import wanted, wanted_tables


@dataclass(frozen=True, slots=True)
class Target:
    """A device to poll. `sensors` is asked at every turn, `tables` at a resync."""

    equipment: Equipment
    credential: Community | User
    profile: Profile | None
    sensors: Question
    tables: Question

    @property
    def everything(self) -> Question:
        return Question(self.sensors.gets, tuple(dict.fromkeys([*self.sensors.walks, *self.tables.walks])))


class Targets(NamedTuple):
    """By `site/resource`; and why equipment that names a credential is not among them."""

    devices: Mapping[str, Target]
    problems: list[str]


def targets(snapshot: Snapshot, realm: str, profiles: Mapping[str, Profile], credentials: Credentials) -> Targets:
    """Everything that one collector polls: the equipment of its realm."""
    devices: dict[str, Target] = {}
    problems: list[str] = []
    questions = {name: _questions(profile) for name, profile in profiles.items()}
    for row in snapshot.equipment:
        if not (row.address and row.credential and row.realm == realm):
            continue
        key = f"{row.site}/{row.resource}"
        try:
            credential = _credential(row, credentials)
        except AgentError as error:
            problems.append(f"{key} is not polled: {error}")
            continue
        profile = profiles.get(row.profile)
        devices[key] = Target(row, credential, profile, *questions.get(row.profile, (Question(), Question())))
    return Targets(devices, problems)


def _credential(row: Equipment, credentials: Credentials) -> Community | User:
    found = credentials.named.get(row.credential)
    if found is None:
        raise AgentError(f"credentials.toml has no [{row.credential}]. Write it there, or mend the inventory.")
    check(found)
    return found


def _questions(profile: Profile) -> tuple[Question, Question]:
    return Question(*wanted(profile)), Question(*wanted_tables(profile))
