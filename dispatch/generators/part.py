"""Generators as a part of the batch: their commands, and their rows read and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dispatch.board import Board
from dispatch.generators.flags import joined
from dispatch.generators.machines import move_generator, put_depot, put_generator
from dispatch.generators.model import AT_A_SITE, Depot, Flag, Machine, MachineState, Run, RunStep, SiteHere
from dispatch.generators.runs import record_run, step_id_of
from dispatch.generators.state import Generators
from dispatch.model import Interval, Place
from dispatch.put_rows import put_rows
from dispatch.said import Handler
from guywire.commands import Command
from guywire.commands.generators import MoveGenerator, PutDepot, PutGenerator, RecordRun
from guywire.database import Connection, Row, rows_of
from guywire.put_rows import columns

HANDLERS: Mapping[type[Command], Handler] = {
    PutDepot: put_depot,
    PutGenerator: put_generator,
    MoveGenerator: move_generator,
    RecordRun: record_run,
}

_FAR = datetime.max.replace(tzinfo=UTC)
_DEPOT, _MACHINE, _RUN = map(columns, (Depot, Machine, Run))
_DEPOTS = "SELECT depot_id, name, region, latitude, longitude, closed_at, version FROM dispatch.depot"
_MACHINES = """
SELECT generator_id, name, kva, region, since, tank_litres, litres_per_hour, depot_id, technician_id, state,
       work_order_id, site_id, reason, fuel_litres, fuel_at, fetch_since, version
FROM dispatch.generator ORDER BY generator_id
"""
# Runs that are on, that alarms may still contradict or that commands speak of; and what overlaps them.
_RUNS = """
WITH here AS (
    SELECT run_id, generator_id, started_at, stopped_at FROM dispatch.generator_run
    WHERE stopped_at IS NULL OR stopped_at > %(since)s
        OR run_id IN (SELECT run_id FROM dispatch.generator_run_step WHERE step_id = ANY(%(steps)s))
)
SELECT run_id, work_order_id, ticket_id, need_id, site_id, tenants, region, domain, technician_id, company, started_at,
       generator_id, stopped_at, stopped_by, filled_litres, used_litres, meter_start, meter_stop, kwh, photos, flags,
       notes, version
FROM dispatch.generator_run r
WHERE EXISTS (SELECT FROM here h WHERE h.run_id = r.run_id
    OR (h.generator_id <> '' AND h.generator_id = r.generator_id AND r.started_at < coalesce(h.stopped_at, %(now)s)
        AND h.started_at < coalesce(r.stopped_at, %(now)s)))
ORDER BY started_at, run_id
"""
_SAID = "SELECT step_id, run_id FROM dispatch.generator_run_step WHERE step_id = ANY(%s)"
_SITES = "SELECT id, name, region, domain, latitude, longitude, tenants, time_zone FROM views.site WHERE id = ANY(%s)"
_ALARMS = """
SELECT site, alarm_type, raised_at, cleared_at FROM views.alarm
WHERE site = ANY(%s) AND alarm_type = ANY(%s) AND (cleared_at IS NULL OR cleared_at > %s)
"""
_COMPANIES = "SELECT id, company FROM views.technician WHERE id = ANY(%s)"


async def read(connection: Connection, board: Board, commands: Sequence[Command]) -> None:
    """Every depot and machine, runs that matter now, and what the alarms of their sites say."""
    generators = board.generators
    generators.depots = {row["depot_id"]: Depot(**row) for row in await rows_of(connection, _DEPOTS)}
    rows = await rows_of(connection, _MACHINES)
    generators.machines = {row["generator_id"]: Machine(**{**row, "state": MachineState(row["state"])}) for row in rows}
    said = [one for one in commands if isinstance(one, RecordRun)]
    held = (one.work_order_id for one in generators.machines.values() if one.work_order_id)
    generators.leads = {key: order.technician_id for key in held if (order := board.orders.get(key))}
    await _read_runs(connection, board, said)
    at_sites = {one.site_id for one in generators.machines.values() if one.state in AT_A_SITE}
    moved = {one.site for one in commands if isinstance(one, MoveGenerator)}
    reserved = {one.work_order_id for one in generators.machines.values() if one.state is MachineState.RESERVED}
    spoken_of = {one.work_order for one in said} | reserved
    of_orders = {order.site_id for key in spoken_of if (order := board.orders.get(key))}
    sites = at_sites | moved | of_orders | {run.site_id for run in generators.runs.values()}
    for row in await rows_of(connection, _SITES, (sorted(sites),)):
        generators.sites[row["id"]] = _site(row)
    await _read_alarms(connection, board, sites)
    people = [one.technician for one in said]
    generators.companies = {row["id"]: row["company"] for row in await rows_of(connection, _COMPANIES, (people,))}


async def write(connection: Connection, board: Board) -> Mapping[str, set[str]]:
    """What the batch changed of them."""
    generators: Generators = board.generators
    depots = [generators.depots[key] for key in sorted(generators.changed_depots)]
    machines = [generators.machines[key] for key in sorted(generators.changed_machines)]
    runs = [generators.runs[key] for key in sorted(generators.changed_runs)]
    await put_rows(connection, "depot", "depot_id", _DEPOT, depots)
    await put_rows(connection, "generator", "generator_id", _MACHINE, machines)
    await put_rows(connection, "generator_run", "run_id", _RUN, runs)
    await put_rows(connection, "generator_run_step", "", RunStep._fields, generators.new_steps)
    return {
        "depot": generators.changed_depots,
        "generator": generators.changed_machines,
        "generator_run": generators.changed_runs,
    }


async def _read_runs(connection: Connection, board: Board, said: Sequence[RecordRun]) -> None:
    steps = [step_id_of(one) for one in said]
    since = board.now - timedelta(minutes=board.generators.policy.proof.again_minutes)
    for row in await rows_of(connection, _RUNS, {"steps": steps, "since": since, "now": board.now}):
        board.generators.runs[row["run_id"]] = _run(row)
    if steps:
        board.generators.said = {row["step_id"]: row["run_id"] for row in await rows_of(connection, _SAID, (steps,))}


async def _read_alarms(connection: Connection, board: Board, sites: Iterable[str]) -> None:
    """When each site was without mains, and when it said that a generator ran."""
    generators, proof = board.generators, board.generators.policy.proof
    types = sorted(proof.mains_alarms | proof.genset_alarms)
    oldest = min([board.now, *(run.started_at for run in generators.runs.values())]) - timedelta(days=1)
    off: dict[str, list[Interval]] = {}
    ran: dict[str, list[Interval]] = {}
    for row in await rows_of(connection, _ALARMS, (sorted(sites), types, oldest)) if sites else []:
        where = off if row["alarm_type"] in proof.mains_alarms else ran
        where.setdefault(row["site"], []).append(Interval(row["raised_at"], row["cleared_at"] or _FAR))
    generators.off.update((site, joined(stretches)) for site, stretches in off.items())
    generators.ran.update((site, joined(stretches)) for site, stretches in ran.items())
    generators.dark = frozenset(site for site, stretches in generators.off.items() if stretches[-1].end == _FAR)


def _run(row: Row) -> Run:
    lists = {name: tuple(row[name]) for name in ("tenants", "photos", "notes")}
    return Run(**{**row, **lists, "flags": tuple(Flag(**flag) for flag in row["flags"])})


def _site(row: Row) -> SiteHere:
    place = Place(row["latitude"], row["longitude"])
    return SiteHere(row["name"], row["region"], row["domain"], place, row["tenants"], row["time_zone"])
