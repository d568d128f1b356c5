"""Lists and single objects out of `views.*`: `{"items", "next"}` by keyset, rows just as the change feed has them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, LiteralString, NamedTuple

import msgspec
from fastapi import Depends, Query
from fastapi.responses import Response
from psycopg import sql

from guywire.database import Connection
from guywire.errors import invalid, not_found
from guywire.identity import User

MOST = 1000
USUAL = 200
_FEW = 3_000
_FEW_OF_MANY_PLACES = 12_000  # whose regions are dear to put together, and most of which are named twice


class Ids(NamedTuple):
    """A query for the `id` of each row that a condition lets through, which an index answers; doubles do not matter.

    So many as `few` are sooner put in order than all are walked through in order.
    """

    query: LiteralString
    values: tuple[object, ...] = ()
    few: int = _FEW


class Filter(NamedTuple):
    """A condition on the view `v`, with `%s` for each of its values.

    With `ids` a page first looks whether only few rows can be in the list: then it keeps to them, instead of walking
    through all that there ever was to meet them.
    """

    clause: LiteralString
    values: tuple[object, ...] = ()
    ids: Ids | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How one view is listed: ordered by `key` and then by id, so that every row has one place.

    `key` must not change while a row lives, or a page could miss it. `body` is SQL for the object, with `%s` for each
    of `values`.
    """

    view: str
    key: str = "id"
    key_type: str = "text"
    descending: bool = False
    body: LiteralString = "to_jsonb(v)"
    values: tuple[object, ...] = ()


def newest_first(view: str, key: str, body: LiteralString = "to_jsonb(v)") -> Listing:
    return Listing(view, key, "timestamptz", descending=True, body=body)


class Paging(NamedTuple):
    limit: int
    after: str | None


def paging(
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
    after: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> Paging:
    """The two parameters that every list takes."""
    return Paging(limit, after)


Page = Annotated[Paging, Depends(paging)]


async def list_page(connection: Connection, listing: Listing, filters: Sequence[Filter], page: Paging) -> Response:
    """One page of a list as JSON. Raises `Refused` for a cursor that is not ours."""
    filters = [await _narrowed(connection, one) for one in filters]
    filters += [_behind(listing, page.after)] if page.after else []
    order = sql.SQL("DESC" if listing.descending else "ASC")
    query = sql.SQL(
        "SELECT ({body})::text AS body, v.{key}::text AS key, v.id FROM views.{view} v {where}"
        " ORDER BY v.{key} {order}, v.id {order} LIMIT {limit}"
    ).format(
        body=sql.SQL(listing.body),
        key=sql.Identifier(listing.key),
        view=sql.Identifier(listing.view),
        where=_where(filters),
        order=order,
        limit=sql.Literal(page.limit + 1),
    )
    # planned for what is asked: a plan for all questions does not know that hardly anything is of this state
    rows = await (await connection.execute(query, _values(listing, filters), prepare=False)).fetchall()
    shown = rows[: page.limit]
    following = _cursor(shown[-1]["key"], shown[-1]["id"]) if len(rows) > page.limit else None
    items = ",".join(row["body"] for row in shown)
    return Response(
        f'{{"items":[{items}],"next":{msgspec.json.encode(following).decode()}}}', media_type="application/json"
    )


async def fetch(
    connection: Connection, listing: Listing, filters: Sequence[Filter] = (), limit: int = MOST
) -> list[dict[str, Any]]:
    """At most `limit` objects of a view in its order, for use inside another object."""
    order = sql.SQL("DESC" if listing.descending else "ASC")
    query = sql.SQL(
        "SELECT {body} AS body FROM views.{view} v {where} ORDER BY v.{key} {order}, v.id {order} LIMIT {n}"
    )
    rows = await (
        await connection.execute(
            query.format(
                body=sql.SQL(listing.body),
                view=sql.Identifier(listing.view),
                where=_where(filters),
                key=sql.Identifier(listing.key),
                order=order,
                n=sql.Literal(limit),
            ),
            _values(listing, filters),
        )
    ).fetchall()
    return [row["body"] for row in rows]


async def fetch_rows(connection: Connection, query: LiteralString, values: Sequence[object]) -> list[dict[str, Any]]:
    """The column `body` of a query, for what no listing covers."""
    return [row["body"] for row in await (await connection.execute(query, values)).fetchall()]


async def fetch_one(connection: Connection, listing: Listing, key: str, user: User) -> dict[str, Any]:
    """One object by id. Raises not found when there is none, and alike when it lies outside the user's region."""
    found = await fetch(connection, listing, [Filter("v.id = %s", (key,)), *within(user, listing.view)], limit=1)
    if not found:
        raise not_found(listing.view, key)
    return found[0]


_REGION: LiteralString = "(v.region = %s OR starts_with(v.region, %s))"
_REGIONS: LiteralString = "EXISTS (SELECT FROM unnest(v.regions) r WHERE r = %s OR starts_with(r, %s))"
_EITHER_END: LiteralString = (
    "EXISTS (SELECT FROM views.site s WHERE s.id IN (v.upstream_site, v.downstream_site)"
    " AND (s.region = %s OR starts_with(s.region, %s)))"
)
_OF_ITS_ALARM: LiteralString = (
    "EXISTS (SELECT FROM views.alarm a WHERE a.id = v.alarm AND (a.region = %s OR starts_with(a.region, %s)))"
)
_TOUCHING: LiteralString = (
    "(v.touches = '{}' OR EXISTS (SELECT FROM (VALUES (%s::text, %s::text)) u (own, below), unnest(v.touches) r"
    " WHERE r = u.own OR starts_with(r, u.below) OR starts_with(u.below, r || '/')))"
)
_IDS_BY_VIEW: dict[str, Ids] = {
    "alarm": Ids("SELECT r.id FROM views.alarm r WHERE r.region = %s OR starts_with(r.region, %s)"),
    "incident": Ids(
        "SELECT r.incident AS id FROM views.incident_region r WHERE r.region = %s OR starts_with(r.region, %s)",
        few=_FEW_OF_MANY_PLACES,
    ),
    "ticket": Ids(
        "SELECT r.ticket AS id FROM views.ticket_region r WHERE r.region = %s OR starts_with(r.region, %s)",
        few=_FEW_OF_MANY_PLACES,
    ),
}
_BY_VIEW: dict[str, LiteralString] = {
    "incident": _REGIONS,
    "ticket": _REGIONS,
    "link": _EITHER_END,
    "silence": _TOUCHING,
    "correction": _OF_ITS_ALARM,
    "clock": _REGIONS,
    "extension": _REGIONS,
    "climb": _REGIONS,
    "urge": _REGIONS,
    "pause": _TOUCHING,
    "emergency": _TOUCHING,
    "claim": _REGIONS,
    "agreement": _REGIONS,
    "announcement": _TOUCHING,
    "problem": _REGIONS,
}


def within(user: User, view: str) -> list[Filter]:
    """The filter that keeps a user to their region; none for who sees everywhere."""
    return under(user.region, view) if user.region else []


def under(region: str, view: str) -> list[Filter]:
    """The filter for what lies in `region` or below it."""
    values = (region, f"{region}/")
    ids = _IDS_BY_VIEW[view]._replace(values=values) if view in _IDS_BY_VIEW else None
    return [Filter(_BY_VIEW.get(view, _REGION), values, ids)]


async def _narrowed(connection: Connection, one: Filter) -> Filter:
    """The same condition by ids where they are few."""
    if one.ids is None:
        return one
    query = sql.SQL("{} LIMIT {}").format(sql.SQL(one.ids.query), sql.Literal(one.ids.few + 1))
    rows = await (await connection.execute(query, one.ids.values, prepare=False)).fetchall()
    return one if len(rows) > one.ids.few else Filter("v.id = ANY(%s)", ([row["id"] for row in rows],))


def _behind(listing: Listing, after: str) -> Filter:
    key, key_id = _read_cursor(after, listing.key_type)
    clause = sql.SQL("(v.{}, v.id) {} (%s::{}, %s)").format(
        sql.Identifier(listing.key), sql.SQL("<" if listing.descending else ">"), sql.SQL(listing.key_type)
    )
    return Filter(clause.as_string(), (key, key_id))


def _where(filters: Sequence[Filter]) -> sql.Composable:
    if not filters:
        return sql.SQL("")
    return sql.SQL("WHERE ") + sql.SQL(" AND ").join(sql.SQL(one.clause) for one in filters)


def _values(listing: Listing, filters: Sequence[Filter]) -> list[object]:
    return [*listing.values, *(value for one in filters for value in one.values)]


def _cursor(key: str, key_id: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((key, key_id))).decode()


def _read_cursor(cursor: str, key_type: str) -> tuple[str | datetime, str]:
    try:
        key, key_id = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, str])
        return (datetime.fromisoformat(key) if key_type == "timestamptz" else key), key_id
    except (ValueError, msgspec.MsgspecError):
        raise invalid("bad_cursor", "after: this is no cursor of this list. Start again without it.") from None
