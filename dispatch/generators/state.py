"""The part of a batch's board that is about generators: as read, and what the batch has changed so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dispatch.generators.model import AT_A_SITE, Depot, Machine, MachineState, Run, RunStep, SiteHere
from dispatch.generators.policy import GeneratorPolicy, shipped_policy
from dispatch.model import Fetchable, Interval


@dataclass(slots=True, kw_only=True)
class Generators:
    """Depots and machines all of them; of runs those that are on or stopped lately, and what commands speak of."""

    policy: GeneratorPolicy = field(default_factory=shipped_policy)
    depots: dict[str, Depot] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """By the id of a step that was said before: its run."""
    sites: dict[str, SiteHere] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)
    """By technician."""
    off: dict[str, Sequence[Interval]] = field(default_factory=lambda: defaultdict(list))
    """By site: when it was without mains, sorted and disjoint; what lasts ends in the far future."""
    ran: dict[str, Sequence[Interval]] = field(default_factory=lambda: defaultdict(list))
    """By site: when it said itself that its generator ran."""
    dark: frozenset[str] = frozenset()
    """Of the sites with a machine: those without mains now."""

    leads: dict[str, str] = field(default_factory=dict)
    """By order that a machine is reserved for: who leads it."""

    robbed: set[str] = field(default_factory=set)
    """Orders whose machine somebody took elsewhere in this batch."""

    _of_technician: dict[str, list[Machine]] | None = None
    _fetchable: dict[str, tuple[Fetchable, ...]] = field(default_factory=dict)

    changed_depots: set[str] = field(default_factory=set)
    changed_machines: set[str] = field(default_factory=set)
    changed_runs: set[str] = field(default_factory=set)
    new_steps: list[RunStep] = field(default_factory=list)

    def put_machine(self, machine: Machine, **changes: Any) -> Machine:
        """Records a machine and what changed of it."""
        machine = replace(machine, **changes, version=machine.version + 1)
        self.machines[machine.generator_id] = machine
        self.changed_machines.add(machine.generator_id)
        self._of_technician = None
        self._fetchable.clear()
        return machine

    def put_run(self, run: Run, **changes: Any) -> Run:
        """Records a run and what changed of it."""
        run = replace(run, **changes, version=run.version + 1)
        self.runs[run.run_id] = run
        self.changed_runs.add(run.run_id)
        return run

    def of_technician(self, technician: str) -> Sequence[Machine]:
        """The machines that are the technician's, and those reserved for orders that he leads; the smallest first."""
        if self._of_technician is None:
            self._of_technician = {}
            for one in sorted(self.machines.values(), key=by_size):
                reserved = one.state is MachineState.RESERVED
                who = self.leads.get(one.work_order_id, one.technician_id) if reserved else one.technician_id
                self._of_technician.setdefault(who, []).append(one)
        return self._of_technician.get(technician, ())

    def fetchable(self, region: str) -> tuple[Fetchable, ...]:
        """What the depots of a region's city lend now; the same object for all of one city."""
        city = city_of(region)
        if city not in self._fetchable:
            self._fetchable[city] = tuple(
                Fetchable(
                    one.generator_id, one.kva, depot.place, depot.region, self.policy.load_minutes, depot.depot_id
                )
                for one in sorted(self.machines.values(), key=by_size)
                if one.state is MachineState.FREE
                and (depot := self.depots.get(one.depot_id))
                and depot.closed_at is None
                and city_of(depot.region) == city
            )
        return self._fetchable[city]

    def of_order(self, work_order: str) -> Machine | None:
        """The machine that is reserved for the order or was brought by it."""
        return next((one for one in self.machines.values() if one.work_order_id == work_order), None)

    def at_site(self, site: str) -> list[Machine]:
        return [one for one in self.machines.values() if one.site_id == site and one.state in AT_A_SITE]

    def open_runs(self) -> list[Run]:
        return [run for run in self.runs.values() if run.stopped_at is None]


def city_of(region: str) -> str:
    """The first two steps of a region path."""
    return "/".join(region.split("/")[:2])


def by_size(machine: Machine) -> tuple[float, str]:
    return machine.kva, machine.generator_id
