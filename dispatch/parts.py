"""The parts of dispatch that keep rows of their own beside orders: what each reads, answers to and writes in a batch.

A part is a module with three names: `HANDLERS` (the commands it answers), `read` (its rows onto the board, before the
decision) and `write` (what the batch changed, after it). What it decides is a stage of `dispatch.decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from dispatch.board import Board
from guywire.commands import Command
from guywire.database import Connection


class Said(NamedTuple):
    """What a command came to: an object of the view and topic of that name."""

    topic: str
    id: str


Handler = Callable[[Board, Any, str], Said]
"""Applies one command of an actor to the board. Raises `Refused`; then nothing has changed."""


class Part(Protocol):
    """See the module; `write` returns the ids that it changed, by topic."""

    HANDLERS: Mapping[type[Command], Handler]

    async def read(self, connection: Connection, board: Board, commands: Sequence[Command]) -> None: ...

    async def write(self, connection: Connection, board: Board) -> Mapping[str, set[str]]: ...


PARTS: tuple[Part, ...] = ()
