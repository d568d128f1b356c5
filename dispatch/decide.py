"""The decision of one batch, as one visible list: commands, then what follows by itself, then offers. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.board import Board
from dispatch.by_hand import give_by_hand, reassign, withdraw
from dispatch.choose import Choice
from dispatch.follow import expire_offers, follow_needs, forget_ended
from dispatch.moves import move
from dispatch.offers import join_orders, offer_needs
from guywire.commands import Command, GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.errors import Refused, invalid
from guywire.inbox import Asked


def decide(board: Board, asked: Sequence[Asked]) -> tuple[list[str | Refused], list[Choice]]:
    """Changes the board; returns each command's order id or refusal, and the choices made."""
    answers = [_apply(board, one) for one in asked]  # first: what a person did before an offer ran out counts
    follow_needs(board)
    expire_offers(board)
    join_orders(board)
    choices = offer_needs(board)
    forget_ended(board)
    return answers, choices


def _apply(board: Board, asked: Asked) -> str | Refused:
    try:
        return _command(board, asked.command, asked.actor)
    except Refused as refused:
        return refused


def _command(board: Board, command: Command, actor: str) -> str:
    match command:
        case MoveWorkOrder():
            return move(board, command, actor)
        case GiveWorkOrder():
            return give_by_hand(board, command, actor)
        case ReassignWorkOrder():
            return reassign(board, command, actor)
        case WithdrawWorkOrder():
            return withdraw(board, command, actor)
    raise invalid("unknown_command", f"dispatch does not know {type(command).__name__}.")
