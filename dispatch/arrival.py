"""Whether "on site" was said at the site: the geofence of a move, with a reason where the position disagrees."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.board import Board
from dispatch.jobs import place_of
from dispatch.model import Place
from dispatch.records import Fix, WorkOrder
from dispatch.travel import crow_km
from dispatch.visits.known_places import places_of
from guywire.errors import conflict


def checked_in(board: Board, order: WorkOrder, fix: Fix) -> Fix:
    """The fix of an arrival, with how far away it is where that is too far.

    Raises `Refused` (conflict, `away_from_site`) without a reason for a position that disagrees, or for having none.
    """
    places = _places(board, order)
    if not places:
        return fix  # nobody knows where it is
    if fix.latitude is None or fix.longitude is None:
        if not fix.reason.strip():
            raise conflict("away_from_site", "There is no position with this. Say why, for instance: no GPS indoors.")
        return fix
    here = Place(fix.latitude, fix.longitude)
    metres = min(crow_km(here, place) for place in places) * 1000
    if metres <= board.policy.geofence_metres + (fix.accuracy or 0.0):
        return fix
    if not fix.reason.strip():
        raise conflict(
            "away_from_site",
            f"You are {_distance(metres)} from the site. Go there, or say why the position differs, for instance:"
            " the site was moved, the gate is at the road.",
        )
    return fix._replace(away_metres=round(metres, 1))


def _places(board: Board, order: WorkOrder) -> Sequence[Place]:
    """Where the order's site is, as the inventory has it and as those who were there corrected it; and its parking."""
    corrected = places_of(board, order.site_id)
    return [place for place in (place_of(board, order), corrected.site, corrected.parking) if place]


def _distance(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
