"""Depots and machines as the area manager puts them, and where a machine is by hand."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from dispatch.board import Board
from dispatch.generators.model import AT_A_SITE, Depot, Machine, MachineState
from dispatch.model import Place
from dispatch.moves import check_place, check_text
from dispatch.said import Said
from guywire.commands.generators import MoveGenerator, PutDepot, PutGenerator
from guywire.errors import conflict, invalid, not_found

_LONGEST_ID = 100
_MOST = 100_000.0
_S = MachineState
_BY_HAND = (_S.FREE, _S.AT_SITE, _S.OUT_OF_ORDER)


def put_depot(board: Board, command: PutDepot, _: str) -> Said:
    """A depot as it is from now on. Raises `Refused` for what cannot be one."""
    _check_id("depot", command.depot)
    check_text("name", command.name)
    check_place(Place(command.latitude, command.longitude))
    if not command.region.strip("/ "):
        raise invalid("region_missing", "Say in which region the depot lies, as a path: province/city/area.")
    before = board.generators.depots.get(command.depot)
    board.generators.depots[command.depot] = Depot(
        depot_id=command.depot,
        name=command.name or command.depot,
        region=command.region.strip("/ "),
        latitude=command.latitude,
        longitude=command.longitude,
        closed_at=((before and before.closed_at) or board.now) if command.closed else None,
        version=before.version + 1 if before else 1,
    )
    board.generators.changed_depots.add(command.depot)
    return Said("depot", command.depot)


def put_generator(board: Board, command: PutGenerator, _: str) -> Said:
    """A machine as it is from now on; where it is and what it does stays. Raises `Refused`."""
    _check_id("generator", command.generator)
    check_text("name", command.name)
    _check_numbers(command)
    before = board.generators.machines.get(command.generator)
    region = _region_of_home(board, command.depot, command.technician)
    fresh = before or Machine(generator_id=command.generator, name="", kva=command.kva, region=region, since=board.now)
    board.generators.put_machine(
        fresh,
        name=command.name,
        kva=command.kva,
        tank_litres=command.tank_litres,
        litres_per_hour=command.litres_per_hour,
        depot_id=command.depot,
        technician_id=command.technician,
        region=fresh.region if fresh.state in AT_A_SITE else region,
    )
    board.try_all = True
    return Said("generator", command.generator)


def move_generator(board: Board, command: MoveGenerator, _: str) -> Said:
    """Puts a machine where a person says that it is. Raises `Refused` while it runs, or is on its way with an order."""
    machine = machine_of(board, command.generator)
    _check_movable(board, machine, command)
    if command.to == _S.AT_SITE:
        site = board.generators.sites.get(command.site)
        if site is None:
            raise not_found("site", command.site)
        place_at(board, machine, command.site, reason=command.reason)
    else:
        put_back(board, machine, MachineState(command.to), reason=command.reason)
    return Said("generator", command.generator)


def machine_of(board: Board, generator: str) -> Machine:
    machine = board.generators.machines.get(generator)
    if machine is None:
        raise not_found("generator", generator)
    return machine


def place_at(board: Board, machine: Machine, site: str, *, reason: str = "", work_order: str = "") -> Machine:
    """It stands at the site now."""
    here = board.generators.sites.get(site)
    return board.generators.put_machine(
        machine,
        state=_S.AT_SITE,
        site_id=site,
        work_order_id=work_order,
        since=board.now,
        reason=reason,
        region=here.region if here else machine.region,
        fetch_since=None,
    )


def put_back(board: Board, machine: Machine, state: MachineState = _S.FREE, *, reason: str = "") -> Machine:
    """It is back where it belongs, for anybody to use unless it is out of order."""
    board.try_all = True
    back = replace(machine, state=state, site_id="", work_order_id="", since=board.now, reason=reason, fetch_since=None)
    return board.generators.put_machine(back, region=_region_of_home(board, machine.depot_id, machine.technician_id))


def _check_movable(board: Board, machine: Machine, command: MoveGenerator) -> None:
    check_text("reason", command.reason)
    if command.version is not None and command.version != machine.version:
        raise conflict(
            "version_is_old",
            f"{machine.generator_id} has changed since you saw version {command.version}: it is {machine.state} now,"
            f" version {machine.version}. Look at it again.",
        )
    if command.to not in _BY_HAND:
        raise invalid("unknown_state", f"{command.to[:40]!r} is no state to put it in: {', '.join(_BY_HAND)}.")
    if command.to == _S.OUT_OF_ORDER and not command.reason.strip():
        raise invalid("reason_missing", "Say what is wrong with it: whoever mends it depends on it.")
    if machine.state is _S.RUNNING:
        raise conflict("running", f"{machine.generator_id} runs at {machine.site_id}: its run has to be stopped first.")
    order = board.orders.get(machine.work_order_id)
    if machine.state is _S.RESERVED and order and order.ended_at is None:
        raise conflict(
            "reserved", f"{machine.generator_id} is reserved for {order.work_order_id}: withdraw that first."
        )


def _check_id(name: str, key: str) -> None:
    if not key.strip() or len(key) > _LONGEST_ID:
        raise invalid(f"{name}_malformed", f"A {name} has an id of 1 to {_LONGEST_ID} characters.")


def _check_numbers(command: PutGenerator) -> None:
    if not 0 < command.kva <= _MOST or not isfinite(command.kva):
        raise invalid("kva_malformed", f"kva is the size of the machine, more than 0: not {command.kva:g}.")
    for name in ("tank_litres", "litres_per_hour"):
        value = getattr(command, name)
        if not 0 <= value <= _MOST:
            raise invalid(f"{name}_malformed", f"{name} is 0 (unknown) or more: not {value:g}.")


def _region_of_home(board: Board, depot: str, technician: str) -> str:
    if bool(depot) == bool(technician):
        raise invalid("home_missing", "A generator belongs to a depot or to a technician: name one of them.")
    if depot:
        if depot not in board.generators.depots:
            raise not_found("depot", depot)
        return board.generators.depots[depot].region
    if technician not in board.people:
        raise not_found("technician", technician)
    return board.people[technician].region
