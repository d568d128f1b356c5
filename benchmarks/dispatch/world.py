"""The world of a storm: tickets, technicians, and what nobody knows beforehand. Seeded; the same for every policy.

Times are minutes from the beginning, six in the morning; places are WGS-84 degrees. docs/benchmarks-dispatch.md says
why each figure is what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

END = 48 * 60.0
BEGINS_AT = 6 * 60.0  # minutes after midnight
SHIFT = 12 * 60.0
OVERTIME = 60.0
SPEED_KMH = 40.0
DETOUR = 1.3

KINDS = ("generator", "power", "transmission")
_KIND_SHARE = (0.55, 0.3, 0.15)
_SERVICE = (60.0, 80.0, 100.0)
_HAVE_SKILL = (1.0, 0.8, 0.5)
_AT_NIGHT = 3  # one of so many

_CLASS_SHARE = (0.1, 0.3, 0.6)  # A, B, C
_CLASS_WEIGHT = (4.0, 2.0, 1.0)
_TENANTS_SHARE = (0.5, 0.3, 0.2)  # one, two, three

_MIDDLE = (31.5, 118.5)
_SIDE_KM = 60.0
_TOWNS = 25
_IN_TOWNS = 0.65
_TOWN_KM = 7.0

_STORM_HOURS = 20.0
_BATTERY_HOURS = (2.0, 24.0)
_PREDICTION_ERROR = 0.3
_SERVICE_SPREAD = 0.35
_ROAD_SPREAD = 0.2
_DECLINES = 0.06
_ANSWER_MINUTES = 2.0

_EARTH_KM = 6371.0088
_KM_A_DEGREE = 111.2


class Cell(NamedTuple):
    """How much of a storm, for how many technicians."""

    tickets: int
    technicians: int


@dataclass(frozen=True, slots=True)
class Tickets:
    """What every policy knows of a ticket from `at` on: minutes of work expected, and when the battery should end."""

    at: Floats
    place: Floats
    weight: Floats
    severity: Ints
    """1 for class A, 2 for B, 3 for C."""
    kind: Ints
    service: Floats
    ends: Floats


@dataclass(frozen=True, slots=True)
class Technicians:
    """`skills` is by technician and kind; a shift begins so many minutes after midnight."""

    home: Floats
    skills: Bools
    begins: Floats


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody knows: by ticket, the end of the battery and the minutes of work; by ticket and technician, how much
    longer the road takes than expected, whether he declines, and the minutes until he answers."""

    ends: Floats
    service: Floats
    road: Floats
    declines: Bools
    answer: Floats


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    cell: Cell
    tickets: Tickets
    technicians: Technicians
    truth: Truth


def make_world(seed: int, cell: Cell) -> World:
    rng = np.random.default_rng([seed, *cell])
    towns = _anywhere(rng, _TOWNS)
    tickets, battery = _tickets(rng, cell.tickets, towns)
    return World(seed, cell, tickets, _technicians(rng, cell.technicians, towns), _truth(rng, cell, tickets, battery))


def drive_minutes(starts: Floats, ends: Floats) -> Floats:
    """Expected minutes from each of the starts (columns) to each of the ends (rows)."""
    return drive_km(starts, ends[:, None]) / SPEED_KMH * 60


def drive_km(starts: Floats, ends: Floats) -> Floats:
    """Road kilometres, by haversine; the arguments are broadcast."""
    south, west = np.radians(starts[..., 0]), np.radians(starts[..., 1])
    north, east = np.radians(ends[..., 0]), np.radians(ends[..., 1])
    half = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * np.sin((east - west) / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)) * DETOUR)


def _tickets(rng: Generator, count: int, towns: Floats) -> tuple[Tickets, Floats]:
    """With the true minutes of each battery."""
    place = _scattered(rng, count, towns)
    at = _storm(rng, place[:, 1])
    order = np.argsort(at, kind="stable")
    place, at = place[order], at[order]
    classes, kind = rng.choice(3, count, p=_CLASS_SHARE), rng.choice(3, count, p=_KIND_SHARE)
    tenants = rng.choice((1, 2, 3), count, p=_TENANTS_SHARE)
    battery = 60 * np.exp(rng.uniform(log(_BATTERY_HOURS[0]), log(_BATTERY_HOURS[1]), count))
    predicted = battery * np.clip(rng.normal(1, _PREDICTION_ERROR, count), 0.2, 2.5)
    return Tickets(
        at=at,
        place=place,
        weight=np.array(_CLASS_WEIGHT)[classes] * tenants,
        severity=classes + 1,
        kind=kind,
        service=np.array(_SERVICE)[kind],
        ends=at + predicted,
    ), battery


def _storm(rng: Generator, east: Floats) -> Floats:
    """Its front crosses the land from west to east; behind it faults come up for hours, most of them soon."""
    across = (east - east.min()) / np.ptp(east)
    hours = across * 0.4 * _STORM_HOURS + rng.gamma(2.0, 0.15 * _STORM_HOURS, len(east))
    return np.asarray(np.minimum(60 * hours, END - 60))


def _truth(rng: Generator, cell: Cell, tickets: Tickets, battery: Floats) -> Truth:
    pairs = (cell.tickets, cell.technicians)
    return Truth(
        ends=tickets.at + battery,
        service=tickets.service * rng.lognormal(-(_SERVICE_SPREAD**2) / 2, _SERVICE_SPREAD, cell.tickets),
        road=rng.lognormal(0, _ROAD_SPREAD, pairs),
        declines=rng.random(pairs) < _DECLINES,
        answer=rng.exponential(_ANSWER_MINUTES, pairs),
    )


def _technicians(rng: Generator, count: int, towns: Floats) -> Technicians:
    """One of three works from eight in the evening, the others from eight in the morning."""
    return Technicians(
        home=_scattered(rng, count, towns),
        skills=rng.random((count, len(KINDS))) < _HAVE_SKILL,
        begins=np.where(np.arange(count) % _AT_NIGHT, 8 * 60.0, 20 * 60.0),
    )


def _scattered(rng: Generator, count: int, towns: Floats) -> Floats:
    """Most in and around towns, the others anywhere."""
    town = towns[rng.integers(0, len(towns), count)] + _degrees(rng.normal(0, _TOWN_KM, (count, 2)))
    return np.where((rng.random(count) < _IN_TOWNS)[:, None], town, _anywhere(rng, count))


def _anywhere(rng: Generator, count: int) -> Floats:
    return np.array(_MIDDLE) + _degrees(rng.uniform(-_SIDE_KM / 2, _SIDE_KM / 2, (count, 2)))


def _degrees(km: Floats) -> Floats:
    return km / (_KM_A_DEGREE * np.array([1.0, np.cos(np.radians(_MIDDLE[0]))]))
