"""The outage object of the APIs: which outage a customer is in, since when, what is being done, when it should end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from complaints import find
from complaints.expectation import expect, repair_of
from complaints.explain import Explained, Place, explain, refuse_bad_place, refuse_unknown_site
from complaints.model import Affected, Expected, Link, Repair, Stage, Subject
from complaints.policy import Policy, shipped_policy
from complaints.words import Told, script
from guywire.database import Connection, Row
from guywire.errors import invalid, not_found

_SIGN_SITES = 20
_COMPLAINTS_NEAR = """
SELECT (SELECT count(*) FROM complaints.complaint WHERE incident_id = %(incident)s AND registered_at > %(recent)s)
     + (SELECT count(*) FROM complaints.complaint
        WHERE site_id = ANY(%(sites)s) AND incident_id IS NULL AND registered_at > %(recent)s) AS count
"""


async def outage_context(  # noqa: PLR0913 - by name: each is another way to ask
    connection: Connection,
    *,
    phone: str | None = None,
    site: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    customer_id: str | None = None,
    region: str = "",
    now: datetime,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """What can be told to whoever calls from this number, or about this site or place, as `outage_object` makes it.

    With a `region`, whoever asks sees no further: of the customers those are named whom a site of it serves, by these
    sites alone, and signs are those in it. Raises `Refused` for nothing to go by, half a position, a site or customer
    that does not exist.
    """
    policy = policy or shipped_policy()
    place = Place(site or "", latitude, longitude)
    refuse_bad_place(place)
    if not phone and not customer_id and not place.site and place.position is None:
        raise invalid("nothing_to_go_by", "Give a phone number, a customer, a site, or latitude and longitude.")
    await refuse_unknown_site(connection, place.site)
    customers = await _callers(connection, phone or "", customer_id or "")
    if region:
        customers = await find.customers_within(connection, customers, region, policy.link)
    explained = await explain(connection, customers, place, now, policy)
    asked = f"customer:{customer_id}" if customer_id else _asked(phone, place)
    about = await outage_object(connection, asked, explained, now, policy, region)
    return about | {"customers": [_person(row) for row in customers]}


async def outage_of(
    connection: Connection, complaint: str, *, now: datetime, policy: Policy | None = None
) -> dict[str, Any] | None:
    """The outage that a complaint is linked to, as `outage_context` shows it now; None when it has no link.

    Raises `Refused` when there is no such complaint.
    """
    row = await (
        await connection.execute("SELECT * FROM complaints.complaint WHERE complaint_id = %s", (complaint,))
    ).fetchone()
    if row is None:
        raise not_found("complaint", complaint)
    if row["incident_id"] is None:
        return None
    customer = await find.customer(connection, row["customer_id"]) if row["customer_id"] else None
    link = Link(await _linked(connection, row), 1.0, row["link_reason"])
    explained = Explained(Subject(), customer, link)
    return await outage_object(connection, f"complaint:{complaint}", explained, now, policy or shipped_policy())


async def outage_object(
    connection: Connection, key: str, explained: Explained, now: datetime, policy: Policy, region: str = ""
) -> dict[str, Any]:
    """What can be told to somebody whose trouble is explained already. JSON-ready, times ISO 8601:

    - `id`: the `key`, what was asked (`phone:...`, `customer:...`, `site:...`, `place:...`, `complaint:...`)
    - `incident`, `ticket`: ids, null without an outage
    - `site`, `site_name`, `region`, `time_zone`: the affected site, else the one that serves (null when unknown)
    - `link_reason` in words, `score` 0 to 1, `distance_km` (null for a serving site)
    - `since`, `alarm_type` (the root's), `cause` `{"zh", "en"}` in a customer's words
    - `state`: detected, assigned, under_way, on_site, restored; null without an outage
    - `technician` `{"id", "name"}` or null, `technician_eta`
    - `expected_end` `{"at", "earliest", "latest"}`, null once restored; `restored_at`
    - `script` `{"zh": [lines], "en": [lines]}`: what may be read out
    - `customer` `{"id", "name", "vip", "tenant"}` that it is about, `customers`: all with that number
    - `signs` `{"alarms": [{"id", "site", "site_name", "alarm_type", "severity", "raised_at"}], "complaints": n}`:
      standing alarms around, where nothing explains it, and how many complained of the same within the relink time
    """
    where = await find.site(connection, explained.site)
    recent = now - timedelta(hours=policy.link.relink_hours)
    link = explained.link
    signs = {
        "alarms": [] if link else _plain(await find.signs_at(connection, _around(explained.subject), region)),
        "complaints": await _complaints_near(connection, explained, recent),
    }
    outage = await _outage(connection, link, where, now, policy) if link else _none(where, now, policy)
    who = _person(explained.customer) if explained.customer else None
    people = [who] if who else []
    return {"id": key, **outage, **_where(where), "customer": who, "customers": people, "signs": signs}


async def _callers(connection: Connection, phone: str, customer_id: str) -> list[Row]:
    if not customer_id:
        return await find.customers_by_phone(connection, phone)
    if (known := await find.customer(connection, customer_id)) is None:
        raise not_found("customer", customer_id)
    return [known]


async def _linked(connection: Connection, complaint: Row) -> Affected:
    """What the complaint's incident does to its site, over or not."""
    always = complaint["registered_at"] - timedelta(days=1)
    found = await find.affected_sites(connection, [complaint["site_id"]], always)
    same = [one for one in found if one.incident == complaint["incident_id"]]
    over = Affected(
        complaint["incident_id"], complaint["site_id"], complaint["registered_at"], ended_at=complaint["restored_at"]
    )
    return same[0] if same else over


async def _outage(
    connection: Connection, link: Link, where: Row | None, now: datetime, policy: Policy
) -> dict[str, Any]:
    one = link.affected
    rows = await find.repair_rows(connection, one.incident)
    root = rows.incident["root"]
    over_at = one.ended_at if one.is_over else rows.incident["closed_at"]
    repair = repair_of(rows.tickets, rows.needs, rows.orders, one.site, root["site"])
    expected = None if over_at else expect(now, repair, policy)
    stage = Stage.RESTORED if over_at else repair.stage
    arrival = None if over_at or not repair.technician else repair.planned_arrival_at
    told = Told(stage, root["alarm_type"], one.since, arrival, expected, over_at)
    cause = policy.cause_of(root["alarm_type"])
    return {
        "incident": one.incident,
        "ticket": rows.incident["ticket"],
        "link_reason": link.reason,
        "score": round(link.score, 3),
        "distance_km": None if link.distance_km is None else round(link.distance_km, 2),
        "since": one.since.isoformat(),
        "alarm_type": root["alarm_type"],
        "cause": {"zh": cause.zh, "en": cause.en},
        "state": stage.value,
        "technician": _crew(repair) if not over_at else None,
        "technician_eta": _iso(arrival),
        "expected_end": _interval(expected),
        "restored_at": _iso(over_at),
        "script": script(told, now, where["time_zone"] if where else None, policy),
    }


def _none(where: Row | None, now: datetime, policy: Policy) -> dict[str, Any]:
    missing = ("incident", "ticket", "distance_km", "since", "alarm_type", "cause", "state", "technician")
    return {
        **dict.fromkeys((*missing, "technician_eta", "expected_end", "restored_at")),
        "link_reason": "",
        "score": 0.0,
        "script": script(None, now, where["time_zone"] if where else None, policy),
    }


async def _complaints_near(connection: Connection, explained: Explained, recent: datetime) -> int:
    incident = explained.link.affected.incident if explained.link else None
    values = {"recent": recent, "incident": incident, "sites": [] if incident else _around(explained.subject)}
    row = await (await connection.execute(_COMPLAINTS_NEAR, values)).fetchone()
    assert row is not None
    return int(row["count"])


def _around(subject: Subject) -> list[str]:
    """The serving sites and the nearest others: where signs are looked for."""
    return [*subject.sites, *(near.site for near in subject.near[:_SIGN_SITES])]


def _asked(phone: str | None, place: Place) -> str:
    if phone:
        return f"phone:{find.digits_of(phone)}"
    return f"site:{place.site}" if place.site else f"place:{place.latitude},{place.longitude}"


def _where(row: Row | None) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(("site", "site_name", "region", "time_zone"))
    return {"site": row["id"], "site_name": row["name"], "region": row["region"], "time_zone": row["time_zone"]}


def _person(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "name", "vip", "tenant")}


def _crew(repair: Repair) -> dict[str, str] | None:
    return {"id": repair.technician, "name": repair.technician_name} if repair.technician else None


def _interval(expected: Expected | None) -> dict[str, str] | None:
    if expected is None:
        return None
    return {
        "at": expected.at.isoformat(),
        "earliest": expected.earliest.isoformat(),
        "latest": expected.latest.isoformat(),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
