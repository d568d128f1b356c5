"""The parts of dispatch that keep rows of their own beside orders: what each reads, answers to and writes in a batch.

A part is a module with three names: `HANDLERS` (the commands it answers), `read` (its rows onto the board, before the
decision) and `write` (what the batch changed, after it). What it decides is a stage of `dispatch.decide`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from dispatch.board import Board
from dispatch.centre import part as centre
from dispatch.clocks import part as clocks
from dispatch.generators import part as generators
from dispatch.review import part as review
from dispatch.rota import part as rota
from dispatch.rounds import part as rounds
from dispatch.said import Handler
from dispatch.visits import part as visits
from guywire.commands import Command
from guywire.database import Connection


class Part(Protocol):
    """See the module; `write` returns the ids that it changed, by topic."""

    HANDLERS: Mapping[type[Command], Handler]

    async def read(self, connection: Connection, board: Board, commands: Sequence[Command]) -> None: ...

    async def write(self, connection: Connection, board: Board) -> Mapping[str, set[str]]: ...


PARTS: tuple[Part, ...] = (
    centre,
    clocks,
    generators,
    rota,
    visits,
    rounds,
    review,
)
