"""Whatever happens to orders, a machine is in one place and promised once, and what is promised is large enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dispatch.board import Board
from dispatch.generators.model import AT_A_SITE, Depot, Machine, MachineState, SiteHere
from dispatch.generators.state import Generators
from dispatch.model import Place
from dispatch.states import is_end
from guywire.commands import GiveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.commands.generators import MoveGenerator, RecordRun
from guywire.model import NeedKind, NeedState
from tests.unit.dispatch.dispatch_story import NOW, Story, need_at, person_at

PEOPLE = [person_at("A", 31.25), person_at("B", 31.3, generators=1), person_at("C", 31.35), person_at("D", 31.4)]
DEPOTS = [Depot(depot_id=f"D{at}", name="", region="p/c/a", latitude=31.2 + at / 10, longitude=121.0) for at in (0, 1)]
MACHINES = [
    Machine(generator_id="G1", name="", kva=10.0, region="p/c/a", since=NOW, depot_id="D0", litres_per_hour=4),
    Machine(generator_id="G2", name="", kva=3.0, region="p/c/a", since=NOW, depot_id="D1"),
    Machine(generator_id="G3", name="", kva=20.0, region="p/c/a", since=NOW, technician_id="C", tank_litres=20),
]
LISTED = {machine.generator_id for machine in MACHINES}
MINUTES = st.floats(0, 40)


class GeneratorStory(Story):
    """A story in which the rows of generators last as well."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.generators = Generators(
            depots={depot.depot_id: depot for depot in DEPOTS},
            machines={machine.generator_id: machine for machine in MACHINES},
        )

    def as_read(self) -> Board:
        before = self.generators
        leads = {order.work_order_id: order.technician_id for order in self.orders.values()}
        sites = {
            need.site_id: SiteHere("", "p/c/a", "p/c", Place(31.2, 121.0), (), "UTC") for need in self.needs.values()
        }
        self.generators = Generators(
            depots=before.depots,
            machines=dict(before.machines),
            runs=dict(before.runs),
            said=dict(before.said),
            leads=leads,
            sites=sites,
        )
        board = super().as_read()
        board.generators = self.generators
        return board


class GeneratorLife(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.story = GeneratorStory([], PEOPLE)

    @rule(
        latitudes=st.lists(st.sampled_from([31.15, 31.2, 31.33]), min_size=1, max_size=3),
        load=st.sampled_from([1.5, 5.0, 30.0]),
        minutes=MINUTES,
    )
    def sites_want_one(self, latitudes: list[float], load: float, minutes: float) -> None:
        deadline = self.story.now + timedelta(hours=2)
        for latitude in latitudes:
            key = f"N{len(self.story.needs)}"
            self.story.needs[key] = need_at(key, latitude, kind=NeedKind.GENERATOR, load_kw=load, deadline=deadline)
        self.story.batch(minutes=minutes)

    @rule(minutes=MINUTES)
    def time_goes_on(self, minutes: float) -> None:
        self.story.batch(minutes=minutes)

    @precondition(lambda self: self.story.orders)
    @rule(data=st.data(), to=st.sampled_from(["accepted", "declined", "en_route", "on_site", "done", "failed"]))
    def somebody_moves(self, data: st.DataObject, to: str) -> None:
        self.story.move(self._any(data, self.story.orders), to)

    @precondition(lambda self: self.story.orders)
    @rule(
        data=st.data(),
        step=st.sampled_from(["start", "fuel", "stop", "fetch"]),
        generator=st.sampled_from(["", "G1", "G2", "G3"]),
    )
    def somebody_says_something_of_a_run(self, data: st.DataObject, step: str, generator: str) -> None:
        order = self.story.orders[self._any(data, self.story.orders)]
        command = RecordRun(
            work_order=order.work_order_id,
            technician=order.technician_id,
            step=step,
            at=self.story.now,
            generator=generator,
            litres=5.0,
        )
        self.story.ask(command, actor=order.technician_id)

    @precondition(lambda self: self.story.needs)
    @rule(data=st.data(), state=st.sampled_from([NeedState.HEALED, NeedState.MET, NeedState.CANCELLED]))
    def a_need_ends(self, data: st.DataObject, state: NeedState) -> None:
        self.story.becomes(self._any(data, self.story.needs), state)
        self.story.batch()

    @precondition(lambda self: self.story.orders)
    @rule(data=st.data(), to=st.sampled_from("ABCD"), takes_back=st.booleans())
    def the_centre_acts(self, data: st.DataObject, to: str, *, takes_back: bool) -> None:
        order = self._any(data, self.story.orders)
        reassign = ReassignWorkOrder(work_order=order, technician=to)
        self.story.ask(WithdrawWorkOrder(work_order=order, reason="other plans") if takes_back else reassign)
        self.story.ask(GiveWorkOrder(need=self._any(data, self.story.needs), technician=to))

    @rule(generator=st.sampled_from(sorted(LISTED)), to=st.sampled_from(["free", "out_of_order"]))
    def a_manager_moves_one(self, generator: str, to: str) -> None:
        self.story.ask(MoveGenerator(generator=generator, to=to, reason="seen there"))

    @invariant()
    def each_machine_is_in_one_place_and_promised_once(self) -> None:
        machines = self.story.generators.machines.values()
        assert {one.generator_id for one in machines} == LISTED
        for one in machines:
            assert bool(one.site_id) == (one.state in AT_A_SITE)
            assert bool(one.depot_id) != bool(one.technician_id)
        reserved = [one for one in machines if one.state is MachineState.RESERVED]
        orders = [one.work_order_id for one in reserved]
        assert len(set(orders)) == len(orders)
        for one in reserved:
            order = self.story.orders[one.work_order_id]
            assert not is_end(order.state)
            assert one.technician_id in ("", order.technician_id)

    @invariant()
    def nobody_is_sent_by_dispatch_with_what_is_not_there(self) -> None:
        board = self.story.as_read()
        for order in self.story.open_orders:
            if order.given_by != "dispatch" or order.called or order.on_site_at or order.asked_to_return_at:
                continue  # who comes when everybody is asked comes, whatever is left by then
            machine = board.generators.of_order(order.work_order_id)
            if machine and machine.state in AT_A_SITE:
                continue  # somebody brought what he brought
            need = self.story.needs[order.need_ids[0]]
            wanted = board.generators.policy.kva_wanted(need.load_kw, need.tenants)
            assert order.technician_id == "B" or (machine and machine.kva >= wanted)  # B has one that is not listed

    @invariant()
    def open_runs_of_a_machine_are_where_it_runs(self) -> None:
        runs = self.story.generators.open_runs()
        for machine in self.story.generators.machines.values():
            if machine.state is MachineState.RUNNING:
                assert any(run.generator_id == machine.generator_id and run.site_id == machine.site_id for run in runs)

    def _any(self, data: st.DataObject, rows: dict[str, Any]) -> str:
        return data.draw(st.sampled_from(sorted(rows)))


TestGeneratorLife = GeneratorLife.TestCase
TestGeneratorLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
