"""What there is of generators, as values: depots, machines, runs, what was said of them, what contradicts one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from dispatch.model import Place

_HOUR = timedelta(hours=1)


class MachineState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    AT_SITE = "at_site"
    RUNNING = "running"
    OUT_OF_ORDER = "out_of_order"


AT_A_SITE = (MachineState.AT_SITE, MachineState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A row of dispatch.depot."""

    depot_id: str
    name: str
    region: str
    latitude: float
    longitude: float
    closed_at: datetime | None = None
    version: int = 1

    @property
    def place(self) -> Place:
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A row of dispatch.generator; the file of migrations says what each column means."""

    generator_id: str
    name: str
    kva: float
    region: str
    since: datetime
    tank_litres: float = 0.0
    litres_per_hour: float = 0.0
    depot_id: str = ""
    technician_id: str = ""
    state: MachineState = MachineState.FREE
    work_order_id: str = ""
    site_id: str = ""
    reason: str = ""
    fuel_litres: float | None = None
    fuel_at: datetime | None = None
    fetch_since: datetime | None = None
    version: int = 0

    def fuel_left(self, at: datetime) -> float | None:
        """Litres at that time, as far as anybody can tell."""
        if self.fuel_litres is None or self.fuel_at is None:
            return None
        burnt = (at - self.fuel_at) / _HOUR * self.litres_per_hour if self.state is MachineState.RUNNING else 0.0
        return max(self.fuel_litres - max(burnt, 0.0), 0.0)

    @property
    def fuel_ends_at(self) -> datetime | None:
        """When a running machine's tank is empty; None where that is unknown."""
        if self.state is not MachineState.RUNNING or self.fuel_litres is None or not self.litres_per_hour:
            return None
        return self.fuel_at and self.fuel_at + self.fuel_litres / self.litres_per_hour * _HOUR


@dataclass(frozen=True, slots=True)
class Flag:
    """What contradicts a run: a stable code, and a sentence in each language."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A row of dispatch.generator_run."""

    run_id: str
    work_order_id: str
    ticket_id: str
    need_id: str
    site_id: str
    tenants: tuple[str, ...]
    region: str
    domain: str
    technician_id: str
    company: str
    started_at: datetime
    generator_id: str = ""
    stopped_at: datetime | None = None
    stopped_by: str = ""
    filled_litres: float = 0.0
    used_litres: float | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    kwh: float | None = None
    photos: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()
    version: int = 0

    @property
    def clock_hours(self) -> float:
        """From start to stop; 0 while it runs."""
        return (self.stopped_at - self.started_at) / _HOUR if self.stopped_at else 0.0

    @property
    def meter_hours(self) -> float | None:
        """By the machine's meter; None where nobody read it at the stop."""
        return None if self.meter_stop is None else self.meter_stop - (self.meter_start or 0.0)

    @property
    def fuel_litres(self) -> float:
        """What is to be paid: used as said at the stop, else what was filled in."""
        return self.filled_litres if self.used_litres is None else self.used_litres


class RunStep(NamedTuple):
    """A row of dispatch.generator_run_step."""

    step_id: str
    run_id: str
    work_order_id: str
    technician_id: str
    step: str
    at: datetime
    recorded_at: datetime
    litres: float | None
    hours: float | None
    kwh: float | None
    photo: str


class SiteHere(NamedTuple):
    """A site where a generator runs or stands."""

    name: str
    region: str
    domain: str
    place: Place
    tenants: Sequence[str]
    time_zone: str
