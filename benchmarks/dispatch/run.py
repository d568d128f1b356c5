"""One storm under every policy, and many of them over several processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.dispatch.baselines import BASELINES
from benchmarks.dispatch.engine import Policy, Result, simulate
from benchmarks.dispatch.ours import Ours
from benchmarks.dispatch.world import Cell, World, make_world

OURS = "Guywire"
CELLS = (Cell(1200, 240), Cell(2500, 240), Cell(2500, 120))


class Job(NamedTuple):
    cell: Cell
    seed: int


class Outcome(NamedTuple):
    """What came of one storm, by policy."""

    cell: Cell
    seed: int
    results: Mapping[str, Result]


def policies(world: World) -> dict[str, Policy]:
    return {**BASELINES, OURS: Ours(world)}


def run(job: Job) -> Outcome:
    world = make_world(job.seed, job.cell)
    return Outcome(job.cell, job.seed, {name: simulate(world, policy) for name, policy in policies(world).items()})
