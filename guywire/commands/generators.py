"""What dispatch is asked about generators: depots and machines, where one is, and what is said of its runs."""

from __future__ import annotations

from datetime import datetime

from guywire.commands.base import Command, ToDispatch


class PutDepot(ToDispatch, frozen=True, kw_only=True):
    """A depot as it is from now on; WGS-84 degrees. One that is `closed` lends nothing any more."""

    depot: str
    name: str
    region: str
    latitude: float
    longitude: float
    closed: bool = False


class PutGenerator(ToDispatch, frozen=True, kw_only=True):
    """A machine as it is from now on. It belongs to a depot, or to a technician who carries it; 0 is unknown."""

    generator: str
    kva: float
    depot: str = ""
    technician: str = ""
    name: str = ""
    tank_litres: float = 0.0
    litres_per_hour: float = 0.0


class MoveGenerator(ToDispatch, frozen=True, kw_only=True):
    """Where a machine is, by hand: free (back where it belongs), at_site (`site`) or out_of_order, and why."""

    generator: str
    to: str
    site: str = ""
    reason: str = ""
    version: int | None = None


class RecordRun(ToDispatch, frozen=True, kw_only=True):
    """What a technician says of a run on the spot, at the phone's time: start, fuel (filled in), stop, or fetch.

    `litres` is what is in the tank at a start, what was filled in, or what the run used, said at its stop; `hours` is
    the machine's meter (at a stop without one at the start: the run's own hours). `fetch` takes the machine along.
    """

    work_order: str
    technician: str
    step: str
    at: datetime
    generator: str = ""
    litres: float | None = None
    hours: float | None = None
    kwh: float | None = None
    photo: str = ""


COMMANDS: tuple[type[Command], ...] = (PutDepot, PutGenerator, MoveGenerator, RecordRun)
