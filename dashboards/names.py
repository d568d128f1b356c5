"""Who did something is kept as an account; people read names, where one is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guywire.database import Connection, rows_of

_NAMES = "SELECT id, person_name FROM views.every_account WHERE id = ANY(%s) AND person_name IS NOT NULL"


async def named(connection: Connection, story: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same entries, each with `actor_name` beside its `actor`: null where no name is known."""
    actors = sorted({entry["actor"] for entry in story if entry["actor"]})
    rows = await rows_of(connection, _NAMES, (actors,))
    names = {row["id"]: row["person_name"] for row in rows}
    return [{**entry, "actor_name": names.get(entry["actor"])} for entry in story]
