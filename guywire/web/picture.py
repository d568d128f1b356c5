"""A photo as an answer: of the type that its bytes are, never run or guessed at by a browser."""

from __future__ import annotations

from fastapi.responses import Response

from guywire.database import Connection
from guywire.errors import not_found

TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
"""The content types of photos, with the ending of their files."""


def type_of(start: bytes) -> str:
    """The content type that the first bytes of a file speak of; "" for what is no photo."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if start[:4] == b"RIFF" and start[8:12] == b"WEBP" else ""


async def picture(connection: Connection, photo: str) -> Response:
    """The bytes of a photo that whoever asks may see. Raises not found."""
    rows = await connection.execute("SELECT content_type, content FROM views.photo_content WHERE id = %s", (photo,))
    row = await rows.fetchone()
    if row is None:
        raise not_found("photo", photo)
    name = f"{photo}.{TYPES[row['content_type']]}"
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, no-store"}
    return Response(bytes(row["content"]), media_type=row["content_type"], headers=headers)
