"""The complaint desk's one box: from a few characters to customers, sites, complaints and places, the best first.

Everything is looked for from its beginning, by an index: of ten million customers the first few answer within
milliseconds, and a page of them is all that a person reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from complaints.find import digits_of
from guywire.database import Connection, Row, rows_of
from guywire.errors import invalid

MOST = 20
_LONGEST = 100
_LAST = "\U0010ffff"  # no text that begins alike comes after it
_FEWEST_DIGITS = 4
_BEGINNINGS = 2  # one letter begins a hundred thousand names
_SCANNED_IN_A_REGION = 1000
"""Of what is found everywhere so much is looked at for what lies in a region."""

_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*")
_POSITION = re.compile(r"(-?\d{1,2}\.\d+)\s*[,，\s]\s*(-?\d{1,3}\.\d+)")

_WHO = "SELECT id, name, phone, vip, tenant, address, serving_sites, {rank} AS rank FROM views.customer WHERE"
_CUSTOMERS = {
    "id": "id = %(text)s",
    "phone": "phone_digits = %(digits)s AND phone_digits <> '' ORDER BY vip DESC, id",
    "beginning of a phone": "phone_digits ~>=~ %(digits)s AND phone_digits ~<~ %(digits_end)s AND phone_digits <> ''",
    "name": "name = %(text)s ORDER BY vip DESC, id",
    "beginning of a name": "name ~>=~ %(text)s AND name ~<~ %(end)s AND name <> %(text)s",
    "address": "address_key ~>=~ core.address_key(%(text)s)"
    " AND address_key ~<~ (core.address_key(%(text)s) || %(last)s)"
    " AND address_key <> '' AND core.address_key(%(text)s) <> ''",
}
_RANKS = {name: rank for rank, name in enumerate(_CUSTOMERS)}

# A customer of several places is listed by place.
_BY_PLACE = """
WITH found AS MATERIALIZED ({found})
SELECT k.id, k.name, k.phone, k.vip, k.tenant, k.address, min(k.rank) AS rank, p.site, s.name AS site_name, s.region,
       cardinality(k.serving_sites) AS places
FROM found k LEFT JOIN LATERAL unnest(k.serving_sites) WITH ORDINALITY p (site, place) ON true
LEFT JOIN views.site s ON s.id = p.site
WHERE {region}
GROUP BY k.id, k.name, k.phone, k.vip, k.tenant, k.address, k.serving_sites, p.site, p.place, s.name, s.region
ORDER BY rank, k.vip DESC, k.name, k.id, p.place LIMIT %(most)s
"""

_SITES = """
(SELECT s.id, s.name, s.region, 0 AS rank FROM views.site s WHERE s.id = %(text)s AND {region})
UNION ALL
(SELECT s.id, s.name, s.region, 3 FROM views.site s
 WHERE s.name ~>=~ %(text)s AND s.name ~<~ %(end)s AND {region} LIMIT %(most)s)
UNION ALL
(SELECT s.id, s.name, s.region, 4 FROM views.site s
 WHERE s.id ~>=~ %(text)s AND s.id ~<~ %(end)s AND s.id <> %(text)s AND {region} LIMIT %(most)s)
"""

_COMPLAINT = """
SELECT s.id, s.text, s.state, s.vip, s.phone, s.customer, s.customer_name, s.site, s.site_name FROM views.complaint s
WHERE s.id = upper(%(text)s) AND {region}
"""
_EVERYWHERE = "true"
_WITHIN = "(s.region = %(region)s OR starts_with(s.region, %(region)s || '/'))"


class Hit(NamedTuple):
    """Something found; the least `rank` is the best."""

    rank: int
    vip: bool
    item: dict[str, Any]


async def search(connection: Connection, text: str, region: str = "") -> list[dict[str, Any]]:
    """What the text may mean, at most 20 items, the best first; in a region, what lies there.

    `{"kind": "customer"|"site"|"complaint"|"place", "id", "title", "detail", "vip", "ask": {...}}`, `ask` being what
    `outage_context` takes. Raises `Refused` for a text that is empty, too long, or not one line of plain text.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise invalid("search_text", f"Search for a phone number, name, address or id of 1 to {_LONGEST} characters.")
    digits = digits_of(text) if _PHONE.fullmatch(text) else ""
    values = {
        "text": text,
        "end": text + _LAST,
        "last": _LAST,
        "digits": digits,
        "digits_end": digits + _LAST,
        "region": region,
        "scan": _SCANNED_IN_A_REGION if region else MOST,
        "most": MOST,
    }
    within = _WITHIN if region else _EVERYWHERE
    hits = list(_place(text))
    hits += _customers(await rows_of(connection, _customers_query(text, digits, within), values))
    if not digits:
        hits += _sites(await rows_of(connection, _SITES.format(region=within), values))
        hits += _complaints(await rows_of(connection, _COMPLAINT.format(region=within), values))
    return [hit.item for hit in sorted(hits, key=lambda hit: (hit.rank, not hit.vip))[:MOST]]


def _customers_query(text: str, digits: str, within: str) -> str:
    """Only where it can be: a number is no name."""
    if digits:
        wanted = ["id", "phone", *(["beginning of a phone"] if len(digits) >= _FEWEST_DIGITS else [])]
    else:
        wanted = ["id", "name", *(["beginning of a name", "address"] if len(text) >= _BEGINNINGS else [])]
    parts = (f"({_WHO.format(rank=_RANKS[name])} {_CUSTOMERS[name]} LIMIT %(scan)s)" for name in wanted)
    return _BY_PLACE.format(found=" UNION ALL ".join(parts), region=within)


def _place(text: str) -> Iterator[Hit]:
    if (found := _POSITION.fullmatch(text)) is not None:
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            ask = {"latitude": latitude, "longitude": longitude}
            yield Hit(0, False, _item("place", f"{latitude},{longitude}", f"{latitude}, {longitude}", (), False, ask))


def _customers(rows: Iterable[Row]) -> Iterator[Hit]:
    for row in rows:
        ask = {"customer_id": row["id"]}
        if row["places"] > 1:
            ask["site"] = row["site"]
        detail = (row["phone"], row["site_name"], row["address"], row["tenant"])
        yield Hit(row["rank"], row["vip"], _item("customer", row["id"], row["name"], detail, row["vip"], ask))


def _sites(rows: Iterable[Row]) -> Iterator[Hit]:
    seen: set[str] = set()
    for row in rows:
        if row["id"] not in seen:
            seen.add(row["id"])
            item = _item("site", row["id"], row["name"], (row["id"], row["region"]), False, {"site": row["id"]})
            yield Hit(row["rank"], False, item)


def _complaints(rows: Iterable[Row]) -> Iterator[Hit]:
    for row in rows:
        known = {"customer_id": row["customer"], "phone": row["phone"], "site": row["site"]}
        ask = next(({name: value} for name, value in known.items() if value), {})
        detail = (row["customer_name"], row["phone"], row["site_name"], row["text"][:80])
        yield Hit(0, row["vip"], _item("complaint", row["id"], row["id"], detail, row["vip"], ask))


def _item(
    kind: str, key: str, title: str, detail: Sequence[str | None], vip: bool, ask: dict[str, Any]
) -> dict[str, Any]:
    words = " · ".join(part for part in detail if part)
    return {"kind": kind, "id": key, "title": title, "detail": words, "vip": vip, "ask": ask}
