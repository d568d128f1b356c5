"""The decision of one batch, as one visible list: commands, then what follows by itself, then offers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dispatch.board import Board
from dispatch.by_hand import give_by_hand, reassign, withdraw
from dispatch.calls import settle_calls
from dispatch.centre.emergencies import follow_emergencies
from dispatch.centre.in_hand import release_over
from dispatch.centre.pauses import end_pauses
from dispatch.choice.assign import Choice
from dispatch.clocks.climb import climb
from dispatch.clocks.keep import keep_clocks
from dispatch.clocks.urge import end_urges
from dispatch.crews import fill_crews, step_back
from dispatch.eta import follow_positions
from dispatch.follow import expire_offers, follow_needs, follow_people, forget_ended
from dispatch.generators.follow import follow_generators
from dispatch.generators.reserve import keep_machines, release_machines
from dispatch.moves import move
from dispatch.offers import join_orders, offer_needs
from dispatch.parts import PARTS
from dispatch.review.inspections import draw_inspections
from dispatch.review.problems import raise_problems
from dispatch.rota.certificates import warn_of_certificates
from dispatch.rota.standby import call_standby
from dispatch.rota.swaps import lapse_swaps
from dispatch.rounds.quiet import find_urgent
from dispatch.rounds.silences import keep_silences
from dispatch.rounds.visits import follow_visits, open_visits
from dispatch.said import Handler, Said
from dispatch.tell_of_orders import tell_of_orders
from dispatch.undo import undo
from dispatch.visits.watches import follow_watches
from guywire.commands import Command, GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.commands.orders import StepBack, UndoWorkOrder
from guywire.errors import Refused, invalid
from guywire.inbox import Asked


def _of_order(apply: Callable[[Board, Any, str], str]) -> Handler:
    return lambda board, command, actor: Said("work_order", apply(board, command, actor))


HANDLERS: Mapping[type[Command], Handler] = {
    MoveWorkOrder: _of_order(move),
    GiveWorkOrder: _of_order(give_by_hand),
    ReassignWorkOrder: _of_order(reassign),
    WithdrawWorkOrder: _of_order(withdraw),
    UndoWorkOrder: _of_order(undo),
    StepBack: _of_order(step_back),
    **{command: handler for part in PARTS for command, handler in part.HANDLERS.items()},
}


def decide(board: Board, asked: Sequence[Asked]) -> tuple[list[Said | Refused], list[Choice]]:
    """Changes the board; returns what each command came to, and the choices made."""
    answers = [_apply(board, one) for one in asked]  # first: what a person did before an offer ran out counts
    end_pauses(board)
    release_over(board)
    follow_emergencies(board)
    follow_needs(board)
    follow_people(board)
    follow_visits(board)
    open_visits(board)
    follow_watches(board)
    lapse_swaps(board)
    warn_of_certificates(board)
    expire_offers(board)
    release_machines(board)
    fill_crews(board)
    join_orders(board)
    find_urgent(board)
    choices = offer_needs(board)
    choices += call_standby(board)
    settle_calls(board)
    keep_machines(board)
    follow_generators(board)
    forget_ended(board)
    keep_silences(board)
    follow_positions(board)
    keep_clocks(board)
    climb(board)
    end_urges(board)
    draw_inspections(board)
    raise_problems(board)
    tell_of_orders(board)
    return answers, choices


def _apply(board: Board, asked: Asked) -> Said | Refused:
    handler = HANDLERS.get(type(asked.command))
    try:
        if handler is None:
            raise invalid("unknown_command", f"dispatch does not know {type(asked.command).__name__}.")
        said = handler(board, asked.command, asked.actor)
        settle_calls(board)  # who accepts second hears who was first
        return said
    except Refused as refused:
        return refused
