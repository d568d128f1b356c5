"""From a caller to what explains their trouble: who they are, what is around them, and the link that is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import NamedTuple

from complaints import find
from complaints.linking import decide
from complaints.model import Affected, Link, Subject
from complaints.policy import Policy
from guywire.database import Connection, Row
from guywire.errors import invalid, not_found


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody says the trouble is, and with whose service; each part may be missing."""

    site: str = ""
    latitude: float | None = None
    longitude: float | None = None
    tenant: str = ""

    @property
    def position(self) -> tuple[float, float] | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Explained:
    """A customer (None when unknown) as the subject of a complaint, and the link to what explains it, if any."""

    subject: Subject
    customer: Row | None
    link: Link | None

    @property
    def site(self) -> str:
        """The site that it is about: the affected one, else the one that serves, else the nearest."""
        if self.link:
            return self.link.affected.site
        return next(iter(self.subject.around), "")


class Asking(NamedTuple):
    """Who is to be explained: everybody who it may be, and the place that was named."""

    customers: Sequence[Row]
    place: Place


async def explain(
    connection: Connection, customers: Sequence[Row], place: Place, now: datetime, policy: Policy
) -> Explained:
    """The best explanation over everybody with that number (one unknown person when there is nobody)."""
    return (await explain_all(connection, [Asking(customers, place)], now, policy))[0]


async def explain_all(
    connection: Connection, asking: Sequence[Asking], now: datetime, policy: Policy
) -> list[Explained]:
    """The best explanation of each, in their order; what is around them and what befalls it is read once for all."""
    people: list[tuple[Row | None, Place]] = []
    for customers, place in asking:
        people += [(one, place) for one in customers] or [(None, place)]
    subjects = await _subjects(connection, people, policy)
    recent = now - timedelta(minutes=policy.link.recent_minutes)
    around = {site for one in subjects for site in one.around}
    affected = await find.affected_sites(connection, around, recent)
    at_site = {site: list(found) for site, found in groupby(sorted(affected, key=_site_of), key=_site_of)}
    found = iter(
        Explained(subject, customer, decide(subject, _concerning(subject, at_site), policy))
        for subject, (customer, _) in zip(subjects, people, strict=True)
    )
    return [max(islice(found, max(len(one.customers), 1)), key=_score) for one in asking]


def refuse_bad_place(place: Place) -> None:
    """Raises `Refused` for half a position or one that is not on this earth."""
    if (place.latitude is None) != (place.longitude is None):
        raise invalid("half_a_position", "Latitude and longitude go together: give both or neither.")
    if place.position and not (-90 <= place.position[0] <= 90 and -180 <= place.position[1] <= 180):
        raise invalid("no_such_position", "Latitude is from -90 to 90 and longitude from -180 to 180 degrees.")


async def refuse_unknown_site(connection: Connection, site: str) -> None:
    """Raises `Refused` when a site is named that does not exist."""
    if site and await find.site(connection, site) is None:
        raise not_found("site", site)


async def _subjects(
    connection: Connection, people: Sequence[tuple[Row | None, Place]], policy: Policy
) -> list[Subject]:
    """Everybody as the subject of a complaint; the sites around all of them are asked for together."""
    wanted = [find.Spot(_position(one, place), place.tenant or (one["tenant"] if one else "")) for one, place in people]
    near = await find.sites_near(connection, wanted, policy.link)
    return [
        Subject(_sites(one, place), spot.tenant, around)
        for (one, place), spot, around in zip(people, wanted, near, strict=True)
    ]


def _concerning(subject: Subject, at_site: Mapping[str, Sequence[Affected]]) -> list[Affected]:
    """What befalls the sites around somebody: all that their explanation can be."""
    return [one for site in dict.fromkeys(subject.around) for one in at_site.get(site, ())]


def _site_of(one: Affected) -> str:
    return one.site


def _score(one: Explained) -> float:
    return one.link.score if one.link else -1.0


def _sites(customer: Row | None, place: Place) -> tuple[str, ...]:
    """The sites that serve them. A place that is named outranks where the customer lives: they may be elsewhere."""
    named = (place.site,) if place.site else ()
    elsewhere = place.position is not None or customer is None
    home = () if elsewhere or customer is None else tuple(customer["serving_sites"])
    return named if place.site in home else (*named, *home)


def _position(customer: Row | None, place: Place) -> tuple[float, float] | None:
    return place.position or (find.position_of(customer) if customer else None)
