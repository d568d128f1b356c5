"""Where a site, its parking and the track to it are, as those who were there corrected it."""

from __future__ import annotations

from typing import NamedTuple

from dispatch.board import Board
from dispatch.model import Place


class SitePlaces(NamedTuple):
    """What is corrected of one site; None and empty where nobody corrected anything."""

    site: Place | None = None
    parking: Place | None = None
    track: tuple[Place, ...] = ()


def places_of(board: Board, site: str) -> SitePlaces:
    """The corrections in force for a site of an open order."""
    points = {
        kind: found.points
        for kind in SitePlaces._fields
        if (found := board.visits.current_place(site, kind)) is not None
    }
    return SitePlaces(
        site=points["site"][0] if "site" in points else None,
        parking=points["parking"][0] if "parking" in points else None,
        track=points.get("track", ()),
    )
