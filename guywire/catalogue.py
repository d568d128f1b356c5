"""The alarm catalogue: what every alarm type means, used from the collectors' profiles to the technician's phone.

The facts stand in catalogue.toml beside this file; the ids are fixed (other programs rely on them).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from guywire.errors import GuywireError
from guywire.model import Severity

GROUP_SKILLS: Mapping[str, str] = MappingProxyType(
    {
        "power": "power",
        "environment": "environment",
        "transmission": "transmission",
        "service": "radio",
        "supervision": "power",  # controllers, sensors and modems are kept by those who keep the power plant
    }
)
"""The groups in the order in which screens show them, and the skill that each asks for unless its type says else."""


class CatalogueError(GuywireError):
    """The catalogue file cannot be used; says which entry and why."""


@dataclass(frozen=True, slots=True)
class AlarmType:
    """One kind of alarm. `event_type` and `probable_cause` are labels of IANA-ITU-ALARM-TC-MIB (X.733, M.3100).

    `severity` holds where the device gives none; `takes_service_down` says that the alarm itself proves an outage;
    `service_minutes` is the usual time on site; `ticket_hold_seconds` how long a ticket waits for a better root;
    `first_steps_en` and `first_steps_zh` are sentences for whoever looks first.
    """

    id: str
    group: str
    zh: str
    en: str
    event_type: str
    probable_cause: str
    severity: Severity
    skill: str
    takes_service_down: bool = False
    parts: tuple[str, ...] = ()
    service_minutes: int = 45
    ticket_hold_seconds: float = 0.0
    first_steps_en: tuple[str, ...] = ()
    first_steps_zh: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Its name for people: `zh` in Chinese, any other language in English."""
        return self.zh if language.startswith("zh") else self.en


def read_catalogue(text: str) -> Mapping[str, AlarmType]:
    """The types of a catalogue file, in its order. Raises `CatalogueError` for a field that is missing or unknown."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"catalogue.toml: not TOML: {error}") from error
    return MappingProxyType({key: _alarm_type(key, entry) for key, entry in table.items()})


def alarm_type(key: str) -> AlarmType:
    """The type of that id; `unidentified` for one that the catalogue does not have."""
    return CATALOGUE.get(key) or CATALOGUE["unidentified"]


def _alarm_type(key: str, entry: dict[str, Any]) -> AlarmType:
    steps = entry.pop("first_steps", {})
    try:
        fields = {
            **entry,
            "severity": Severity(entry["severity"]),
            "skill": entry.get("skill", GROUP_SKILLS[entry["group"]]),
            "parts": tuple(entry.get("parts", ())),
            "first_steps_en": tuple(steps["en"]),
            "first_steps_zh": tuple(steps["zh"]),
        }
        return _checked(AlarmType(id=key, **fields))
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"catalogue.toml: [{key}]: {error}. Compare it with its neighbours.") from error


def _checked(found: AlarmType) -> AlarmType:
    for name, kind in get_type_hints(AlarmType).items():
        value = getattr(found, name)
        wanted = (float, int) if kind is float else tuple if get_args(kind) else kind
        if not isinstance(value, wanted):
            raise TypeError(f"{name} cannot be {value!r}")
    if found.severity is Severity.CLEARED:
        raise ValueError("an alarm's severity is never `cleared`")
    return found


CATALOGUE: Mapping[str, AlarmType] = read_catalogue(
    resources.files("guywire").joinpath("catalogue.toml").read_text("utf-8")
)
"""Every alarm type by its id."""
