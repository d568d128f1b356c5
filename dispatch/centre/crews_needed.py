"""How many crews it takes to reach every site of an area before its battery ends: counted, not planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heapify, heapreplace
from statistics import fmean

from dispatch.board import Board
from dispatch.centre.state import Dark
from dispatch.model import Place
from dispatch.travel import Nearest, estimate

_USUAL_MINUTES = 30.0  # a drive, where places tell nothing
_SERVICE_MINUTES = 45.0


def crews_needed(board: Board, dark: Sequence[Dark]) -> tuple[int, int]:
    """The crews needed, and how many sites are down, or down before anybody could be there: too late for any number.

    The most urgent site first, each by the crew that is free first; between two sites lies the usual drive: that from
    a site to the nearest other one. Each crew begins with such a drive. So it is a bound for crews who stand around in
    the area, not a plan; it errs on the side of too few where the dark sites lie in one corner.
    """
    needs = {need.site_id: need for need in board.needs.values() if need.place}
    places = [place for one in dark if one.site_id in needs and (place := needs[one.site_id].place)]
    drive = timedelta(minutes=_usual_drive(board, places))
    soonest = board.now + drive
    ends = sorted(one.ends_at for one in dark if one.ends_at and one.ends_at >= soonest and not one.down)
    too_late = sum(1 for one in dark if one.down or (one.ends_at is not None and one.ends_at < soonest))
    minutes = [needs[one.site_id].service_minutes for one in dark if one.site_id in needs]
    step = drive + timedelta(minutes=fmean(minutes) if minutes else _SERVICE_MINUTES)
    return next((count for count in range(len(ends) + 1) if _suffice(count, ends, soonest, step)), len(ends)), too_late


def _suffice(crews: int, ends: Sequence[datetime], soonest: datetime, step: timedelta) -> bool:
    """Whether that many crews are everywhere in time, earliest end first (which no other order beats here)."""
    if not ends or not crews:
        return not ends
    arrivals = [soonest] * crews
    heapify(arrivals)
    for end in ends:
        if arrivals[0] > end:
            return False
        heapreplace(arrivals, arrivals[0] + step)
    return True


def _usual_drive(board: Board, places: Sequence[Place]) -> float:
    """Minutes from a site to the nearest other one, on average."""
    if len(places) < 2:
        return _USUAL_MINUTES
    legs = (estimate(places[one], places[other], "", board.policy) for one, other in Nearest(places).pairs())
    return fmean(leg.minutes for leg in legs)
