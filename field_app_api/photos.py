"""Photos of a visit: taken in under the phone's own id, bounded while they arrive, served to whoever may see them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from field_app_api.common import Given, InForce, Policies, Technician, body
from field_app_api.day import now
from field_app_api.orders import order_of
from guywire.database import Connection
from guywire.errors import Refused, conflict, invalid, not_found
from guywire.identity import User, audit
from guywire.web import Database, Running
from guywire.web.picture import TYPES, picture, type_of

router = APIRouter(prefix="/api/v1/photos", tags=["field"])

_KNOWN = """
SELECT jsonb_build_object('same', sha256 = %s AND uploaded_by = %s AND work_order_id = %s) AS body
FROM field.photo WHERE photo_id = %s
"""
_KEPT = """
SELECT jsonb_build_object('id', id, 'work_order', work_order, 'kind', kind, 'at', at, 'name', name, 'bytes', bytes)
    AS body
FROM views.photo WHERE work_order = %s AND id = %s
"""
_COUNT = "SELECT jsonb_build_object('count', count(*)) AS body FROM field.photo WHERE work_order_id = %s"
_KEEP = """
INSERT INTO field.photo (photo_id, sha256, bytes, content_type, work_order_id, site_id, kind, name, taken_at,
    uploaded_by, uploaded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (photo_id) DO NOTHING RETURNING photo_id
"""
# of an order of one's own, at a site where one has work, or with a question that one was asked
_MAY_SEE = """
SELECT jsonb_build_object('id', p.id) AS body FROM views.photo p WHERE p.id = %(photo)s AND (
    EXISTS (SELECT FROM views.work_order w WHERE (w.id = p.work_order OR w.site = p.site)
        AND (w.technician = %(person)s OR %(person)s = ANY(w.mates))
        AND (w.id = p.work_order OR w.ended_at IS NULL OR w.ended_at > now() - interval '12 hours'))
    OR EXISTS (SELECT FROM views.question q WHERE q.photo = p.id AND %(person)s = ANY(q.experts)))
"""
_FORGET = "DELETE FROM field.photo WHERE uploaded_at < %s"

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_Row = tuple[bytes, str, str, str, str, str, datetime, str, datetime]
"""Bytes, content type, order, site, kind, name, taken at, uploaded by and at: the columns of `_KEEP` after the hash."""


class Label(Given):
    """What is on the photo, of which order, and when it was taken."""

    work_order: str = Field(min_length=1, max_length=200)
    kind: Literal["photo", "reading", "signature", "access"]
    at: Annotated[AwareDatetime, Field(ge=_EARLIEST)]
    name: str = Field(default="", max_length=200)


@router.put("/{photo}")
async def keep_photo(
    photo: UUID,
    request: Request,
    response: Response,
    service: Running,
    user: Technician,
    rules: InForce,
    label: Annotated[Label, Query()],
) -> dict[str, Any]:
    """Takes in a JPEG, PNG or WebP of an own order. 201 for a new one, 200 for the same again, 409 for other bytes."""
    async with service.pool.connection() as connection:
        order = await order_of(connection, user.technician_id, label.work_order)
    content = await _received(request, rules.visits.photo_max_bytes)
    content_type = _checked_type(request, content)
    of = (label.work_order, str(order["site"]), label.kind, label.name, min(label.at, now()))
    row = (content, content_type, *of, user.technician_id, now())
    async with service.pool.connection() as connection, connection.transaction():
        is_new = await _keep(connection, photo, row, rules.visits.photos_of_an_order, user)
        kept = await body(connection, _KEPT, (label.work_order, str(photo)))
    assert kept is not None
    response.status_code = 201 if is_new else 200
    return kept


@router.get("/{photo}")
async def get_photo(photo: UUID, user: Technician, database: Database) -> Response:
    """The bytes of a photo of my orders, of the sites where I have work, or of a question that I was asked."""
    values: dict[str, object] = {"photo": str(photo), "person": user.technician_id}
    if await body(database, _MAY_SEE, values) is None:
        raise not_found("photo", str(photo))
    return await picture(database, str(photo))


class PhotosKept:
    """How long photos are kept: as policy says when they are looked through."""

    def __init__(self, data_dir: Path) -> None:
        self._policies = Policies(data_dir)

    async def forget(self, connection: Connection, at: datetime) -> None:
        """Deletes what is older than policy keeps."""
        days = self._policies.current().visits.photo_keep_days
        await connection.execute(_FORGET, (at - timedelta(days=days),))


async def _received(request: Request, most: int) -> bytes:
    """The body. Raises `Refused` as soon as it is known to be too large, before the rest is read."""
    too_large = Refused(
        "too_large", "photo_too_large", f"A photo has {most} bytes at most. Make it smaller and send it again."
    )
    if int(request.headers.get("content-length", 0)) > most:
        raise too_large
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > most:
            raise too_large
    return bytes(received)


def _checked_type(request: Request, content: bytes) -> str:
    """What the bytes are, which must be what the request says that they are."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in TYPES:
        raise invalid("not_a_photo", f"A photo is {', '.join(TYPES)}, and this says {said[:60]!r}. Convert it.")
    if type_of(content[:12]) != said:
        raise invalid("type_disagrees", f"These bytes are no {said}. Take the photo again.")
    return said


async def _is_known(connection: Connection, photo: UUID, sha256: bytes, user: User, work_order: str) -> bool:
    """Whether it is here already. Raises `Refused` when something else is here under that id."""
    known = await body(connection, _KNOWN, (sha256, user.technician_id, work_order, photo))
    if known is not None and not known["same"]:
        raise conflict("photo_id_used", "Another photo was sent under this id. Send this one under a new id.")
    return known is not None


async def _keep(connection: Connection, photo: UUID, row: _Row, most: int, user: User) -> bool:
    """Keeps it; False when it was here already, sent before or at the same time. Raises `Refused`."""
    content, _, work_order, *_ = row
    sha256 = hashlib.sha256(content).digest()
    if await _is_known(connection, photo, sha256, user, work_order):
        return False
    there = await body(connection, _COUNT, (work_order,))
    if there and there["count"] >= most:
        raise invalid("too_many_photos", f"{work_order} has {most} photos, which is the most. Keep the rest.")
    kept = await (await connection.execute(_KEEP, (photo, sha256, *row))).fetchone()
    if kept is None:  # two requests at once, and the other one was first
        return not await _is_known(connection, photo, sha256, user, work_order)
    said = {"work_order": work_order, "bytes": len(content), "sha256": sha256.hex()}
    await audit(connection, user.name, "KeepPhoto", "photo", str(photo), said)
    return True
