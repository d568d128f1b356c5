"""The decision of one batch, as one visible list: commands, then what follows by itself, then offers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dispatch.board import Board
from dispatch.by_hand import give_by_hand, reassign, withdraw
from dispatch.choose import Choice
from dispatch.follow import expire_offers, follow_needs, forget_ended
from dispatch.moves import move
from dispatch.offers import join_orders, offer_needs
from dispatch.parts import PARTS, Handler, Said
from guywire.commands import Command, GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.errors import Refused, invalid
from guywire.inbox import Asked


def _of_order(apply: Callable[[Board, Any, str], str]) -> Handler:
    return lambda board, command, actor: Said("work_order", apply(board, command, actor))


_HANDLERS: Mapping[type[Command], Handler] = {
    MoveWorkOrder: _of_order(move),
    GiveWorkOrder: _of_order(give_by_hand),
    ReassignWorkOrder: _of_order(reassign),
    WithdrawWorkOrder: _of_order(withdraw),
    **{command: handler for part in PARTS for command, handler in part.HANDLERS.items()},
}


def decide(board: Board, asked: Sequence[Asked]) -> tuple[list[Said | Refused], list[Choice]]:
    """Changes the board; returns what each command came to, and the choices made."""
    answers = [_apply(board, one) for one in asked]  # first: what a person did before an offer ran out counts
    follow_needs(board)
    expire_offers(board)
    join_orders(board)
    choices = offer_needs(board)
    forget_ended(board)
    return answers, choices


def _apply(board: Board, asked: Asked) -> Said | Refused:
    handler = _HANDLERS.get(type(asked.command))
    try:
        if handler is None:
            raise invalid("unknown_command", f"dispatch does not know {type(asked.command).__name__}.")
        return handler(board, asked.command, asked.actor)
    except Refused as refused:
        return refused
