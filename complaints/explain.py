"""From a caller to what explains their trouble: who they are, what is around them, and the link that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints import find
from complaints.linking import decide
from complaints.model import Link, Subject
from complaints.policy import Policy
from guywire.database import Connection, Row
from guywire.errors import invalid, not_found


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody says the trouble is; each part may be missing."""

    site: str = ""
    latitude: float | None = None
    longitude: float | None = None

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
        return next(iter((*self.subject.sites, *(near.site for near in self.subject.near))), "")


async def explain(
    connection: Connection, customers: Sequence[Row], place: Place, now: datetime, policy: Policy
) -> Explained:
    """The best explanation over everybody with that number (one unknown person when there is nobody)."""
    people: list[Row | None] = [*customers] or [None]
    found = [await _explain_one(connection, one, place, now, policy) for one in people]
    return max(found, key=lambda one: one.link.score if one.link else -1.0)


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


async def _explain_one(
    connection: Connection, customer: Row | None, place: Place, now: datetime, policy: Policy
) -> Explained:
    subject = await _subject(connection, customer, place, policy)
    recent = now - timedelta(minutes=policy.link.recent_minutes)
    sites = {*subject.sites, *(near.site for near in subject.near)}
    return Explained(subject, customer, decide(subject, await find.affected_sites(connection, sites, recent), policy))


async def _subject(connection: Connection, customer: Row | None, place: Place, policy: Policy) -> Subject:
    """A place that is named outranks where the customer lives: they may be elsewhere."""
    elsewhere = place.position is not None or customer is None
    home = () if elsewhere or customer is None else tuple(customer["serving_sites"])
    position = place.position
    if position is None and customer is not None and customer["latitude"] is not None:
        position = customer["latitude"], customer["longitude"]
    tenant = customer["tenant"] if customer else ""
    near = await find.sites_near(connection, position, tenant, policy.link) if position is not None else ()
    named = (place.site,) if place.site else ()
    return Subject((*named, *home), tenant, near)
