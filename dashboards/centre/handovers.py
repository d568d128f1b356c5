"""Shift handover: a draft that all of a shift write to, handed over with the picture of that moment, and signed for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from dashboards.centre.picture import draw
from dashboards.centre.writing import Done
from guywire.database import Connection, Row
from guywire.errors import conflict, invalid, not_found
from guywire.identity import User

_MOST_NOTES = 500


async def begin(connection: Connection, user: User, now: datetime) -> Done:
    """A draft for the user's region, or the one that stands there: two who begin at once write to the same."""
    await connection.execute(
        "INSERT INTO centre.handover (region, made_at, made_by) VALUES (%s, %s, %s)"
        " ON CONFLICT (region) WHERE state = 'draft' DO NOTHING",
        (user.region, now, user.name),
    )
    query = "SELECT handover_id FROM centre.handover WHERE region = %s AND state = 'draft'"
    draft = await (await connection.execute(query, (user.region,))).fetchone()
    if draft is None:
        raise conflict("handed_over_meanwhile", "The draft was handed over just now. Begin again.")
    return Done("handover", draft["handover_id"])


async def add_note(connection: Connection, user: User, handover: str, text: str, now: datetime) -> Done:
    """A note of whoever is on shift. Raises `Refused` once the handover is signed: that is a record."""
    found = await _locked(connection, handover)
    if found["state"] == "signed":
        raise conflict("signed", f"{found['signed_by']} has signed for this handover. Write into the next one.")
    if len(found["notes"]) >= _MOST_NOTES:
        raise invalid("too_many_notes", f"A handover holds {_MOST_NOTES} notes. Put it into one that is there.")
    note = {"at": now.isoformat(), "by": user.name, "text": text}
    await connection.execute(
        "UPDATE centre.handover SET notes = notes || %s, version = version + 1 WHERE handover_id = %s",
        (Jsonb([note]), handover),
    )
    return Done("handover", handover, {"text": text})


async def hand_over(connection: Connection, user: User, handover: str, version: int, now: datetime) -> Done:
    """From now on the picture stands still. Raises `Refused` for an old version or what is no draft."""
    found = await _locked(connection, handover)
    if found["state"] != "draft":
        raise conflict("handed_over", f"{found['handed_over_by']} has handed this shift over. Look at it again.")
    _refuse_old(found, version)
    picture = await draw(connection, found["region"], now)
    await connection.execute(
        "UPDATE centre.handover SET state = 'handed_over', picture = %s, handed_over_at = %s, handed_over_by = %s,"
        " version = version + 1 WHERE handover_id = %s",
        (msgspec.json.encode(picture).decode(), now, user.name, handover),
    )
    return Done("handover", handover)


async def sign(connection: Connection, user: User, handover: str, version: int, remarks: str, now: datetime) -> Done:
    """Takes the shift. Raises `Refused` for who handed it over, for an old version, and for what nobody handed over."""
    found = await _locked(connection, handover)
    if found["state"] == "draft":
        raise conflict("not_handed_over", "Nobody has handed this shift over yet. Ask the shift before yours.")
    if found["state"] == "signed":
        raise conflict("signed", f"{found['signed_by']} has signed for this handover already.")
    if found["handed_over_by"] == user.name:
        raise conflict("handed_over_by_you", "You handed this shift over. Somebody of the next shift signs for it.")
    _refuse_old(found, version)
    await connection.execute(
        "UPDATE centre.handover SET state = 'signed', signed_at = %s, signed_by = %s, remarks = %s,"
        " version = version + 1 WHERE handover_id = %s",
        (now, user.name, remarks, handover),
    )
    return Done("handover", handover, {"remarks": remarks})


async def picture_of(connection: Connection, handover: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What was open when it was handed over; of a draft what is open now."""
    if handover["state"] == "draft":
        return await draw(connection, handover["region"], now)
    query = "SELECT picture FROM centre.handover WHERE handover_id = %s"
    found = await (await connection.execute(query, (handover["id"],))).fetchone()
    return dict(found["picture"]) if found else {}


async def _locked(connection: Connection, handover: str) -> Row:
    query = "SELECT * FROM centre.handover WHERE handover_id = %s FOR UPDATE"
    found = await (await connection.execute(query, (handover,))).fetchone()
    if found is None:
        raise not_found("handover", handover)
    return found


def _refuse_old(found: Row, version: int) -> None:
    if found["version"] != version:
        last = found["notes"][-1]["by"] if found["notes"] else found["made_by"]
        message = f"It changed while you looked at it: version {found['version']}, last by {last}. Read it again."
        raise conflict("version_is_old", message)
