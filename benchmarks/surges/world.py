"""Months of complaints in one city, from a seed: usual days, billing days, storms, holidays, and unreported outages.

1 to 2 % of an outage's customers call in its first hours, fewer at night; everybody else calls as they always do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import cos, exp, log, pi
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.surges.model import Call, City
from complaints.surges.places import city_of

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
TAUGHT = timedelta(weeks=8)
TESTED = timedelta(weeks=4)
SITES, AREAS, CENTRES = 300, 4, 6
TENANTS = {"mobile": 0.5, "unicom": 0.3, "telecom": 0.2}
SIZES = (1, 3, 10)
OUTAGES_OF_A_SIZE = 8
CALLS_A_CUSTOMER_DAY = 0.0004
CLUSTERED, REPEATED = 0.12, 0.15
"""Shares of calls after which a neighbour calls about the same, and after which the same person calls again."""
FIRST_HOURS = timedelta(minutes=75)
ZONE = ZoneInfo("Asia/Shanghai")


class Outage(NamedTuple):
    """What no device reports: these sites give no service, for all or for one tenant's customers."""

    sites: tuple[str, ...]
    tenant: str
    start: datetime
    end: datetime
    calls: int


class World(NamedTuple):
    """A city, the calls in order of time, and the outages of its last weeks."""

    city: City
    calls: Sequence[Call]
    outages: Sequence[Outage]


def world_of(seed: int) -> World:
    draw = random.Random(seed)
    positions = dict(_positions(draw))
    city = city_of(
        "p/c", ZONE, {site: (f"a{place[2]}", place[0], place[1]) for site, place in positions.items()}, 16, 6.0
    )
    customers = {site: round(exp(draw.uniform(log(200), log(3000)))) for site in positions}
    calls = list(_usual_calls(draw, customers))
    outages = []
    for size in SIZES:
        for _ in range(OUTAGES_OF_A_SIZE):
            outage, more = _outage(draw, city, customers, size)
            outages.append(outage)
            calls += more
    return World(city, sorted(calls), sorted(outages, key=lambda one: one.start))


def season(moment: datetime) -> float:
    """How much people call at a time beside the mean: little at night, most in the evening, less on Sundays."""
    local = moment.astimezone(ZONE)
    hour = local.hour + local.minute / 60
    of_day = 1 + 0.75 * cos((hour - 17) / 24 * 2 * pi) + 0.15 * cos((hour - 10) / 12 * 2 * pi)
    return max(0.12, of_day) * (1.1, 1.05, 1.0, 1.0, 1.1, 0.95, 0.8)[local.weekday()]


def _positions(draw: random.Random) -> Iterator[tuple[str, tuple[float, float, int]]]:
    """Two thirds of the sites stand around centres, the others anywhere; an area is a quarter of the map."""
    centres = [(draw.uniform(31.1, 31.5), draw.uniform(121.1, 121.5)) for _ in range(CENTRES)]
    for number in range(SITES):
        latitude, longitude = draw.uniform(31, 31.6), draw.uniform(121, 121.6)
        if number % 3:
            centre = draw.choice(centres)
            latitude, longitude = centre[0] + draw.gauss(0, 0.03), centre[1] + draw.gauss(0, 0.03)
        yield f"S{number}", (latitude, longitude, 2 * (latitude > 31.3) + (longitude > 121.3))


def _usual_calls(draw: random.Random, customers: Mapping[str, int]) -> Iterator[Call]:
    """Poisson over hours, each site with a habit of its own, each day with a mood of its own."""
    habit = {site: draw.gammavariate(4, 0.25) for site in customers}
    moment, number = BEGIN, 0
    mood, burst_until, burst = 1.0, BEGIN, 1.0
    sites = list(customers)
    weights = [customers[site] * habit[site] for site in sites]
    total = sum(weights)
    holidays = {draw.randrange(84) for _ in range(5)}
    while moment < BEGIN + TAUGHT + TESTED:
        local = moment.astimezone(ZONE)
        if local.hour == 0:
            mood = draw.gammavariate(20, 1 / 20) * (0.6 if (moment - BEGIN).days in holidays else 1.0)
        if moment >= burst_until:
            burst = 1.0
            if draw.random() < 1 / 200:  # a storm, a fault of the billing system: everybody, for some hours
                burst, burst_until = draw.uniform(1.5, 3.0), moment + timedelta(hours=draw.uniform(1, 4))
        billing = 2.5 if local.day in (5, 6) and 9 <= local.hour < 20 else 1.0
        mean = total * CALLS_A_CUSTOMER_DAY / 24 * season(moment) * mood * burst * billing
        for _ in range(_poisson(draw, mean)):
            site = draw.choices(sites, weights)[0]
            number += 1
            yield from _with_company(draw, moment + timedelta(hours=draw.random()), site, f"u{number}")
        moment += timedelta(hours=1)


def _with_company(draw: random.Random, at: datetime, site: str, caller: str) -> Iterator[Call]:
    tenant = draw.choices(list(TENANTS), list(TENANTS.values()))[0]
    yield Call(at, caller, site, tenant)
    if draw.random() < CLUSTERED:
        yield Call(at + timedelta(minutes=draw.expovariate(1 / 20)), caller + "n", site, tenant)
    if draw.random() < REPEATED:
        yield Call(at + timedelta(minutes=draw.expovariate(1 / 40)), caller, site, tenant)


def _outage(draw: random.Random, city: City, customers: Mapping[str, int], size: int) -> tuple[Outage, list[Call]]:
    centre = draw.choice([site for site, around in city.around.items() if len(around) >= size])
    sites = tuple(city.around[centre][:size])
    tenant = draw.choice(["", draw.choice(list(TENANTS))])
    start = BEGIN + TAUGHT + draw.random() * (TESTED - timedelta(days=1))
    end = start + timedelta(hours=draw.uniform(2, 8))
    calling, calls = draw.uniform(0.01, 0.02), list[Call]()
    for site in sites:
        concerned = customers[site] * (TENANTS[tenant] if tenant else 1.0)
        for _ in range(_poisson(draw, concerned * calling)):
            at = start + timedelta(minutes=3) + draw.expovariate(1) * FIRST_HOURS
            if at < end and draw.random() < season(at) / 1.6:  # at night most wait for the morning
                whose = tenant or draw.choices(list(TENANTS), list(TENANTS.values()))[0]
                calls.append(Call(at, f"o{draw.getrandbits(60)}", site, whose))
    return Outage(sites, tenant, start, end, len(calls)), calls


def _poisson(draw: random.Random, mean: float) -> int:
    """Knuth's way, in portions for which it is exact."""
    count = 0
    while mean > 0:
        least, product = exp(-min(mean, 30.0)), draw.random()
        while product > least:
            count += 1
            product *= draw.random()
        mean -= 30.0
    return count
