"""Asking an owner on behalf of a user: the command goes through the inbox under the client's idempotency key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header

from guywire import inbox
from guywire.commands import Command
from guywire.identity import User
from guywire.service import Service

Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=200, description="the same again does nothing twice"),
]


async def ask(service: Service, user: User, command: Command, key: str | None) -> dict[str, Any]:
    """The owner's answer, committed with its effect. Raises `Refused`: the owner's, or `unavailable`.

    Keys are each user's own: two users who happen on one key do not meet.
    """
    named = f"{user.name}:{key}" if key else None
    return await inbox.ask(service.pool, service.wakeups, command, user.name, key=named)
