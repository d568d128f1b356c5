"""Which sites want a generator, how large and by when; who could bring one, and what is missing where nobody can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from dispatch.board import Board
from dispatch.choice.sieve import trip_of, widest_of
from dispatch.constraints import refusal_of
from dispatch.generators.model import MachineState
from dispatch.generators.state import city_of
from dispatch.jobs import candidates, job_of
from dispatch.model import Candidate, Job, Trip
from dispatch.part_policies import PartPolicies
from dispatch.policy import Policy
from dispatch.read_board import read_board
from dispatch.records import Need
from dispatch.travel import drives, estimate, with_depot
from guywire.database import Connection
from guywire.model import NeedKind, Role

_LOOKED_AT = 40  # the nearest of those with a machine; enough to name the few who can come


async def generator_needs(
    connection: Connection, now: datetime, policy: Policy, parts: PartPolicies
) -> list[dict[str, Any]]:
    """Every open need for a generator as `wants` has it, read from how things stand."""
    return wants(await read_board(connection, [], now, policy, parts))


def wants(board: Board) -> list[dict[str, Any]]:
    """One object a need, the soonest to run out first.

    `options` are who could bring one, whoever is free and there soonest first, each with the minutes of all of the way
    (over `depot`, if any); `in_time` counts those before `site_down_at`; `missing` says what is, or is null.
    """
    needs = [need for need in board.needs.values() if need.kind is NeedKind.GENERATOR and need.wanted and need.place]
    needs.sort(key=lambda need: (need.deadline is None, need.deadline or need.opened_at, need.need_id))
    return [_of_need(board, need) for need in needs]


def _of_need(board: Board, need: Need) -> dict[str, Any]:
    job = job_of(board, [need])
    options = _options(board, job)
    free = [one for one in options if not one["why_not"]]
    order = board.holder_of(need.need_id)
    in_time = [one for one in free if one["in_time"]]
    return {
        "id": need.need_id,
        "ticket": need.ticket_id,
        "site": need.site_id,
        "site_name": need.site_name,
        "region": need.region,
        "domain": need.domain,
        "priority": need.priority,
        "site_down_at": need.deadline,
        "load_kw": need.load_kw,
        "kva": job.generator_kva,
        "order": order
        and {
            "id": order.work_order_id,
            "technician": order.technician_id,
            "state": order.state,
            "planned_arrival_at": order.planned_arrival_at,
            "in_time": need.deadline is None or order.planned_arrival_at <= need.deadline,
        },
        "options": (free + [one for one in options if one["why_not"]])[: board.generators.policy.named_at_most],
        "in_time": len(in_time),
        "missing": None if order or in_time else _missing(board, need, job, free),
    }


def _options(board: Board, job: Job) -> list[dict[str, Any]]:
    """Whoever has a machine that will do or could fetch one, the soonest first."""
    people = [one for one in candidates(board, job.zone) if _could(one, job)]
    if not people:
        return []
    minutes = drives(people, [job], board.road, board.policy)[0]
    nearest = [people[int(at)] for at in np.argsort(minutes, kind="stable")[:_LOOKED_AT]]
    trips = [_trip(board, one, job) for one in nearest]
    return [_option(board, trip) for trip in sorted(trips, key=lambda one: (one.arrive, one.candidate.technician_id))]


def _could(one: Candidate, job: Job) -> bool:
    in_reach = one.role == Role.TECHNICIAN and city_of(one.region) == city_of(job.region)
    return in_reach and (one.carries(job.generator_kva) or one.could_fetch(job.generator_kva))


def _trip(board: Board, one: Candidate, job: Job) -> Trip:
    drive = with_depot(one, job, estimate, board.policy)
    return trip_of(one, job, board.now, drive, board.policy, widest_of(board.policy))


def _option(board: Board, trip: Trip) -> dict[str, Any]:
    one, refusal = trip.candidate, refusal_of(trip)
    return {
        "technician": one.technician_id,
        "name": one.name,
        "generator": trip.fetch.generator_id if trip.fetch else _carried(board, trip),
        "depot": trip.fetch.depot_id if trip.fetch else "",
        "minutes": round(trip.leg.minutes, 1),
        "km": round(trip.leg.km, 1),
        "arrive_at": trip.arrive,
        "in_time": trip.job.deadline is None or trip.arrive <= trip.job.deadline,
        "why_not": {"code": refusal.code, "words": refusal.words} if refusal else None,
    }


def _carried(board: Board, trip: Trip) -> str:
    """The machine on board that would be taken; empty where the list has none of his."""
    listed = board.generators.of_technician(trip.candidate.technician_id)
    return next((one.generator_id for one in listed if one.kva >= trip.job.generator_kva and not one.site_id), "")


def _missing(board: Board, need: Need, job: Job, free: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What it takes that is not there: a machine, a larger one, somebody free, or time."""
    if free:
        return {
            "code": "too_late",
            "zh": f"最早 {free[0]['name'] or free[0]['technician']} 能带油机到达，但已晚于断站时间",
            "en": f"{free[0]['name'] or free[0]['technician']} is the soonest to bring one, after the site runs out",
        }
    if any(_could(one, job) for one in candidates(board, job.zone)):
        return {
            "code": "nobody_free",
            "zh": "有油机，但无人有空",
            "en": "There is a generator, and nobody free to bring it",
        }
    city = city_of(need.region)
    machines = (one for one in board.generators.machines.values() if one.state is not MachineState.OUT_OF_ORDER)
    largest = max((one.kva for one in machines if city_of(one.region) == city), default=0.0)
    if 0 < largest < job.generator_kva:
        return {
            "code": "too_small",
            "zh": f"需要 {job.generator_kva:g} kVA，本市最大 {largest:g} kVA",
            "en": f"{job.generator_kva:g} kVA are wanted, and the largest of the city has {largest:g}",
        }
    return {"code": "no_generator", "zh": "本市没有可用的油机", "en": "No generator of the city is to be had"}
