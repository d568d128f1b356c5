"""What follows by itself of generators: verdicts on runs, refuelling in time, and machines to fetch back."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from dispatch.board import Board
from dispatch.generators.flags import flags_of
from dispatch.generators.model import AT_A_SITE, Machine, Run, SiteHere
from dispatch.notices import Notice
from dispatch.records import WorkOrder
from dispatch.shifts import zone_of
from dispatch.travel import crow_km
from guywire.model import NeedKind, WorkOrderState

_GOES = (WorkOrderState.ACCEPTED, WorkOrderState.EN_ROUTE, WorkOrderState.ON_SITE)


class _Said(NamedTuple):
    """A notice about a machine: what makes it one of its kind, and the words."""

    key: str
    person: str
    kind: str
    words: dict[str, str]
    urgent: bool = False


def follow_generators(board: Board) -> None:
    """After the commands and offers of a batch."""
    for run in list(board.generators.runs.values()):
        _judge(board, run)
    wanted_at = {
        need.site_id for need in board.needs.values() if need.kind is NeedKind.GENERATOR and need.wanted
    } | board.generators.dark
    for machine in list(board.generators.machines.values()):
        if machine.state in AT_A_SITE:
            _tell_of_fuel(board, machine)
            _fetch_back(board, machine, is_wanted=machine.site_id in wanted_at)


def _judge(board: Board, run: Run) -> None:
    """Marks the run anew: alarms may come later than what was said of it. What was seen once stays while it is so."""
    generators = board.generators
    flags = flags_of(
        run,
        generators.machines.get(run.generator_id),
        generators.off[run.site_id],
        generators.ran[run.site_id],
        [one for one in generators.runs.values() if run.generator_id and one.generator_id == run.generator_id],
        generators.policy.proof,
        board.now,
    )
    if [flag.code for flag in flags] != [flag.code for flag in run.flags] or (run.stopped_at and flags != run.flags):
        generators.put_run(run, flags=flags)


def _tell_of_fuel(board: Board, machine: Machine) -> None:
    """Whoever brought it, and the manager, are told before the tank is empty."""
    site, ends_at = board.generators.sites.get(machine.site_id), machine.fuel_ends_at
    if ends_at is None or site is None:
        return
    tell_at = ends_at - timedelta(minutes=board.generators.policy.refuel_minutes)
    if board.now < tell_at:
        board.look_again_at.append(tell_at)
        return
    clock = f"{ends_at.astimezone(zone_of(site.time_zone)):%H:%M}"
    words = {
        "zh": f"{site.name} 油机 {machine.generator_id} 油料只够到 {clock}，请加油",
        "en": f"Refuel generator {machine.generator_id} at {site.name}: its tank is empty at {clock}",
    }
    for person in _in_charge(board, machine):
        key = f"{machine.generator_id}/refuel/{person}/{machine.fuel_at:%Y%m%dT%H%M%S}"
        _tell(board, machine, site, _Said(key, person, "refuel", words, urgent=True))


def _fetch_back(board: Board, machine: Machine, *, is_wanted: bool) -> None:
    generators, site = board.generators, board.generators.sites.get(machine.site_id)
    if is_wanted:
        if machine.fetch_since:
            generators.put_machine(machine, fetch_since=None)
        return
    if machine.fetch_since is None:
        machine = generators.put_machine(machine, fetch_since=board.now)
    if site is None:
        return
    words = {
        "zh": f"{site.name} 市电已恢复，油机 {machine.generator_id} 可取回",
        "en": f"Mains is back at {site.name}: fetch generator {machine.generator_id} back",
    }
    for person in [*_in_charge(board, machine), *_near(board, site)]:
        key = f"{machine.generator_id}/fetch/{person}/{machine.fetch_since:%Y%m%dT%H%M%S}"
        _tell(board, machine, site, _Said(key, person, "fetch_generator", words))


def _near(board: Board, site: SiteHere) -> list[str]:
    """Who goes to work near the site: the machine is on the way."""
    most = board.generators.policy.fetch_km
    near = (order for order in board.open_orders() if order.state in _GOES and not order.asked_to_return_at)
    return sorted({order.technician_id for order in near if _km(board, order, site) <= most})


def _km(board: Board, order: WorkOrder, site: SiteHere) -> float:
    needs = (board.needs.get(need_id) for need_id in order.need_ids)
    return min((crow_km(need.place, site.place) for need in needs if need and need.place), default=float("inf"))


def _in_charge(board: Board, machine: Machine) -> list[str]:
    """Who brought it or carries it, and the manager."""
    run = next((one for one in board.generators.open_runs() if one.generator_id == machine.generator_id), None)
    order = board.orders.get(machine.work_order_id)
    brought = run.technician_id if run else machine.technician_id or (order.technician_id if order else "")
    person = board.people.get(brought)
    return list(dict.fromkeys(filter(None, (brought, person.manager_id if person else ""))))


def _tell(board: Board, machine: Machine, site: SiteHere, notice: _Said) -> None:
    board.notices.tell(
        Notice(
            notice_id=notice.key,
            person_id=notice.person,
            kind=notice.kind,
            at=board.now,
            words=notice.words,
            urgent=notice.urgent,
            work_order_id=machine.work_order_id,
            site_id=machine.site_id,
            domain=site.domain,
        )
    )
