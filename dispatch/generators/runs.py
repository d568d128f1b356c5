"""What a technician says of a generator run: start, fuel, stop, fetch. What happened is not refused for being late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from dispatch.board import Board
from dispatch.generators.machines import machine_of, place_at, put_back
from dispatch.generators.model import AT_A_SITE, Machine, MachineState, Run, RunStep
from dispatch.moves import check_zone, settle_time
from dispatch.records import WorkOrder
from dispatch.said import Said
from dispatch.visits.model import named
from dispatch.visits.recording import order_of_crew, uuid_or_none
from guywire.commands.generators import RecordRun
from guywire.errors import conflict, invalid
from guywire.model import NeedKind

_MOST = 100_000.0


@dataclass(frozen=True, slots=True)
class _Saying:
    """A command, checked: its order, and the time it is taken to have been said at."""

    board: Board
    command: RecordRun
    order: WorkOrder
    step_id: str

    def settled(self, earliest: datetime) -> tuple[datetime, tuple[str, ...]]:
        """Its time, not before `earliest`, and what is odd about it."""
        tolerance = self.board.policy.clock_tolerance_seconds
        at, note = settle_time(self.command.at, earliest, self.board.now, tolerance)
        return at, (note,) if note else ()

    def keep(self, run: Run, at: datetime) -> None:
        said = self.command
        photo = uuid_or_none("photo", said.photo) or ""
        self.board.generators.new_steps.append(
            RunStep(
                step_id=self.step_id,
                run_id=run.run_id,
                work_order_id=self.order.work_order_id,
                technician_id=said.technician,
                step=said.step,
                at=at,
                recorded_at=self.board.now,
                litres=said.litres,
                hours=said.hours,
                kwh=said.kwh,
                photo=photo,
            )
        )
        self.board.generators.said[self.step_id] = run.run_id


def record_run(board: Board, command: RecordRun, _: str) -> Said:
    """Applies one step of a run. Raises `Refused`; then nothing has changed. The same said again is the same."""
    order = order_of_crew(board, command.work_order, command.technician)
    _check(command)
    step_id = step_id_of(command)
    if run_id := board.generators.said.get(step_id):
        return Said("generator_run", run_id)
    if order.accepted_at is None:
        raise conflict("not_accepted", f"{order.work_order_id} is not accepted: accept it, then say what you did.")
    saying = _Saying(board, command, order, step_id)
    if command.step == "fetch":
        return Said("generator", _fetch(saying).generator_id)
    run = {"start": _start, "fuel": _fuel, "stop": _stop}[command.step](saying)
    return Said("generator_run", run.run_id)


def step_id_of(said: RecordRun) -> str:
    """Made of what is said: said again, whenever, it is the same step."""
    return named("run", said.work_order, said.step, said.generator, said.at.astimezone(UTC).isoformat())


def _start(saying: _Saying) -> Run:
    board, said, order = saying.board, saying.command, saying.order
    machine = _machine_to_start(saying)
    key = machine.generator_id if machine else ""
    at, notes = saying.settled(order.accepted_at or order.offered_at)
    for one in board.generators.open_runs():
        if one.site_id == order.site_id and one.generator_id == key:
            raise conflict(
                "runs_already", f"A generator runs here since {one.started_at:%H:%M} UTC: stop that run first."
            )
    site = board.generators.sites.get(order.site_id)
    run = board.generators.put_run(
        Run(
            run_id=named("of", saying.step_id),
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            need_id=_need_of(board, order),
            site_id=order.site_id,
            tenants=tuple(site.tenants) if site else (),
            region=site.region if site else "",
            domain=order.domain,
            technician_id=said.technician,
            company=board.generators.companies.get(said.technician, ""),
            started_at=at,
            generator_id=key,
            meter_start=said.hours,
            photos=_photos((), said),
            notes=notes,
        )
    )
    promised = board.generators.of_order(order.work_order_id)
    if promised and promised.generator_id != key and promised.state is MachineState.RESERVED:
        put_back(board, promised)  # another one was brought
    if machine:
        _set_running(saying, machine, at)
    saying.keep(run, at)
    return run


def _set_running(saying: _Saying, machine: Machine, at: datetime) -> None:
    """The machine runs at the order's site; an order to which it was promised is to be planned anew."""
    board, said, order = saying.board, saying.command, saying.order
    if machine.state is MachineState.RESERVED and machine.work_order_id != order.work_order_id:
        board.generators.robbed.add(machine.work_order_id)
    here = place_at(board, machine, order.site_id, work_order=order.work_order_id)
    fuel = said.litres if said.litres is not None else _fuel_at_start(machine)
    known = {"fuel_litres": fuel, "fuel_at": at if fuel is not None else None}
    board.generators.put_machine(here, state=MachineState.RUNNING, since=at, **known)


def _fuel(saying: _Saying) -> Run:
    said, generators = saying.command, saying.board.generators
    if not said.litres:
        raise invalid("litres_missing", "Say how many litres were filled in.")
    run = _open_run(saying)
    at, notes = saying.settled(run.started_at)
    run = generators.put_run(
        run,
        filled_litres=round(run.filled_litres + said.litres, 3),
        photos=_photos(run.photos, said),
        notes=run.notes + notes,
    )
    if machine := generators.machines.get(run.generator_id):
        level = (machine.fuel_left(at) or 0.0) + said.litres
        full = min(level, machine.tank_litres or level)
        generators.put_machine(machine, fuel_litres=round(full, 3), fuel_at=at)
    saying.keep(run, at)
    return run


def _stop(saying: _Saying) -> Run:
    said, generators = saying.command, saying.board.generators
    run = _open_run(saying)
    at, notes = saying.settled(run.started_at)
    if said.hours is not None and run.meter_start is not None and said.hours < run.meter_start:
        raise invalid("meter_goes_back", f"The meter stood at {run.meter_start:g} h at the start: read it again.")
    run = generators.put_run(
        run,
        stopped_at=at,
        stopped_by=said.technician,
        used_litres=said.litres,
        meter_stop=said.hours,
        kwh=said.kwh,
        photos=_photos(run.photos, said),
        notes=run.notes + notes,
    )
    machine = generators.machines.get(run.generator_id)
    if machine and machine.state is MachineState.RUNNING and machine.site_id == run.site_id:
        left = machine.fuel_left(at)
        known = {"fuel_litres": left, "fuel_at": at if left is not None else None}
        generators.put_machine(machine, state=MachineState.AT_SITE, since=at, **known)
    saying.keep(run, at)
    return run


def _fetch(saying: _Saying) -> Machine:
    """Whoever takes it along carries it from now on, until a manager puts it elsewhere."""
    board, said, order = saying.board, saying.command, saying.order
    here = board.generators.at_site(said_site := order.site_id)
    if said.generator:
        machine = machine_of(board, said.generator)
        if machine.technician_id == said.technician and machine.state is MachineState.FREE:
            return machine  # said before
    elif len(here) == 1:
        machine = here[0]
    else:
        names = ", ".join(sorted(one.generator_id for one in here)) or "none"
        raise invalid("which_generator", f"Say which generator you take along; at {said_site} there is: {names}.")
    if machine.state is MachineState.RUNNING:
        raise conflict("running", f"{machine.generator_id} still runs: stop its run first.")
    if machine.site_id != order.site_id:
        raise conflict("not_here", f"{machine.generator_id} does not stand at {order.site_id}: it is {machine.state}.")
    board.try_all = True
    person = board.people.get(said.technician)
    return board.generators.put_machine(
        replace(machine, site_id="", work_order_id="", depot_id="", technician_id=said.technician),
        state=MachineState.FREE,
        since=board.now,
        reason="",
        fetch_since=None,
        region=person.region if person else machine.region,
    )


def _machine_to_start(saying: _Saying) -> Machine | None:
    """The one that is named, else the order's own, else the only one that stands there; None: one not on the list."""
    generators, order = saying.board.generators, saying.order
    if saying.command.generator:
        return machine_of(saying.board, saying.command.generator)
    standing = [one for one in generators.at_site(order.site_id) if one.state is MachineState.AT_SITE]
    return generators.of_order(order.work_order_id) or (standing[0] if len(standing) == 1 else None)


def _open_run(saying: _Saying) -> Run:
    """The run at the order's site: whoever comes to refuel or to stop it need not be who started it."""
    order, wanted = saying.order, saying.command.generator
    runs = [run for run in saying.board.generators.open_runs() if run.site_id == order.site_id]
    named_or_own = [run for run in runs if run.generator_id == wanted] if wanted else runs
    own = [run for run in named_or_own if run.work_order_id == order.work_order_id]
    if not named_or_own:
        raise conflict("nothing_runs", f"No generator runs at {order.site_id}: say its start first.")
    if len(named_or_own) > 1 and len(own) != 1:
        names = ", ".join(sorted(run.generator_id or "one without a number" for run in named_or_own))
        raise invalid("which_generator", f"Several generators run here: {names}. Say which.")
    return (own or named_or_own)[0]


def _need_of(board: Board, order: WorkOrder) -> str:
    """The need for a generator among the order's, else its first."""
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id))]
    wanted = next((need.need_id for need in needs if need.kind is NeedKind.GENERATOR), None)
    return wanted or order.need_ids[0]


def _fuel_at_start(machine: Machine) -> float | None:
    """Full, where nobody says otherwise and the tank is known."""
    return machine.fuel_litres if machine.state in AT_A_SITE else (machine.tank_litres or None)


def _photos(before: tuple[str, ...], said: RecordRun) -> tuple[str, ...]:
    photo = uuid_or_none("photo", said.photo)
    return (*before, photo) if photo and photo not in before else before


def _check(said: RecordRun) -> None:
    check_zone(said.at)
    if said.step not in ("start", "fuel", "stop", "fetch"):
        raise invalid("unknown_step", f"{said.step[:40]!r} is no step of a run: start, fuel, stop or fetch.")
    for name in ("litres", "hours", "kwh"):
        value: Any = getattr(said, name)
        if value is not None and not (isfinite(value) and 0 <= value <= _MOST):
            raise invalid(f"{name}_malformed", f"{name} is a number from 0 to {_MOST:,.0f}: not {value:g}.")
