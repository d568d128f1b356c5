"""Whatever happens, in whichever order: one holder a need, one place a person, and nothing waits without a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dispatch.centre.state import Dark
from dispatch.constraints import refusal_of
from dispatch.jobs import candidates, job_of
from dispatch.model import Place, Trip
from dispatch.policy import REACH, default_policy
from dispatch.records import DISPATCH, WorkOrder
from dispatch.states import RECALLED, UNDER_WAY, followers
from dispatch.travel import measure
from guywire.commands import Command, GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.commands.centre import (
    DeclareEmergency,
    EndEmergency,
    HoldNeed,
    PauseDispatch,
    ReleaseNeed,
    ResumeDispatch,
)
from guywire.commands.orders import StepBack, UndoWorkOrder
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState
from tests.unit.dispatch.dispatch_story import Story, need_at, person_at

PEOPLE = [
    person_at("A", 31.20),
    person_at("B", 31.25, shift="08:00-17:00"),
    person_at("C", 31.40, region="p/c/b", generators=1),
    person_at("D", 31.60, region="p/d/a", skills=frozenset({"tower"})),
    person_at("M1", 31.20, role="area_manager"),
]
NAMES = [person.technician_id for person in PEOPLE if person.role == "technician"]
PICK = st.integers(0, 1000)


class DispatchLife(RuleBasedStateMachine):
    """People, faults and the response centre do whatever they like; time goes on."""

    @initialize()
    def begin(self) -> None:
        usual = default_policy()
        call = msgspec.structs.replace(usual.call, after_minutes=5, again_minutes=15)
        self.story = Story([], PEOPLE, msgspec.structs.replace(usual, call=call))
        self.count = 0

    @rule(
        latitude=st.sampled_from([31.2, 31.3, 31.5]),
        skills=st.sampled_from([{"power"}, {"tower"}, {"power", "tower"}, {"diving"}]),
        kind=st.sampled_from([NeedKind.REPAIR, NeedKind.GENERATOR]),
        priority=st.integers(1, 4),
        together=st.booleans(),
    )
    def breaks(self, latitude: float, skills: set[str], kind: NeedKind, priority: int, *, together: bool) -> None:
        """A need opens; `together` at the place of the one before."""
        self.count += not (together and self.count)
        key = f"N{self.count}-{len(self.story.needs)}"
        place = {"ticket_id": f"K{self.count}", "site_id": f"S{self.count}"}
        need = need_at(key, latitude, skills=frozenset(skills), kind=kind, priority=priority, **place)
        if together and (first := next((n for n in self.story.needs.values() if n.site_id == need.site_id), None)):
            need = replace(need, place=first.place)
        self.story.needs[key] = need
        self._batch()

    @rule(pick=PICK, state=st.sampled_from([NeedState.HEALED, NeedState.CANCELLED]))
    def heals(self, pick: int, state: NeedState) -> None:
        if self.story.needs:
            self.story.becomes(_of(sorted(self.story.needs), pick), state)
            self._batch()

    @rule(minutes=st.sampled_from([1, 4, 11, 30, 61, 200]))
    def time_passes(self, minutes: int) -> None:
        self._batch(minutes=minutes)

    @rule(pick=PICK, which=PICK, away=st.booleans())
    def somebody_moves_on(self, pick: int, which: int, *, away: bool) -> None:
        """A technician says the next step of an own order, sometimes from far away with a reason."""
        if orders := self.story.open_orders:
            order = _of(orders, pick)
            mine = sorted(followers(order.state, order.asked_to_return_at is not None) - _BY_DISPATCH)
            fields = {"latitude": 30.0, "longitude": 121.0, "position_reason": "moved"} if away else {}
            command = self._move(order, _of(mine, which), **fields)
            self._batch((order.technician_id, command), minutes=3)

    @rule(pick=PICK)
    def two_answer_a_call_at_once(self, pick: int) -> None:
        if calls := [order for order in self.story.open_orders if order.is_call]:
            need = _of(calls, pick).need_ids[0]
            asked = [(one.technician_id, self._move(one, "accepted")) for one in calls if need in one.need_ids]
            self._batch(*asked)

    @rule(pick=PICK)
    def a_mate_steps_back(self, pick: int) -> None:
        if orders := [order for order in self.story.open_orders if order.mates]:
            order = _of(orders, pick)
            self._batch(
                (order.mates[0], StepBack(work_order=order.work_order_id, technician=order.mates[0], reason="ill"))
            )

    @rule(pick=PICK, whom=PICK)
    def the_centre_gives(self, pick: int, whom: int) -> None:
        if self.story.needs:
            self._by_hand(GiveWorkOrder(need=_of(sorted(self.story.needs), pick), technician=_of(NAMES, whom)))

    @rule(pick=PICK, whom=PICK)
    def the_centre_reassigns(self, pick: int, whom: int) -> None:
        if orders := self.story.open_orders:
            order = _of(orders, pick).work_order_id
            self._by_hand(ReassignWorkOrder(work_order=order, technician=_of(NAMES, whom)))

    @rule(pick=PICK)
    def the_centre_withdraws(self, pick: int) -> None:
        if orders := self.story.open_orders:
            self._by_hand(WithdrawWorkOrder(work_order=_of(orders, pick).work_order_id, reason="wrong site"))

    @rule(pick=PICK)
    def the_centre_undoes(self, pick: int) -> None:
        if self.story.orders:
            self._by_hand(UndoWorkOrder(work_order=_of(sorted(self.story.orders), pick)))

    @rule(region=st.sampled_from(["p/c/a", "p/c", "p/d"]), resumes=st.booleans())
    def the_centre_pauses(self, region: str, *, resumes: bool) -> None:
        if self.story.needs:
            until = self.story.now + timedelta(minutes=45)
            pause = PauseDispatch(region=region, reason="drill", until=until)
            self._by_hand(ResumeDispatch(region=region) if resumes else pause)

    @rule(pick=PICK, releases=st.booleans())
    def the_centre_takes_in_hand(self, pick: int, *, releases: bool) -> None:
        if self.story.needs:
            need = _of(sorted(self.story.needs), pick)
            self._by_hand(ReleaseNeed(need=need) if releases else HoldNeed(need=need))

    @rule(pick=PICK)
    def somebody_leaves_the_inventory_or_comes_back(self, pick: int) -> None:
        name = _of(NAMES, pick)
        if self.story.people.pop(name, None) is None:
            self.story.people[name] = next(person for person in PEOPLE if person.technician_id == name)
        self._batch()

    @rule(pick=PICK, other=PICK)
    def tickets_merge(self, pick: int, other: int) -> None:
        """All needs of one ticket go to another one, of the same place or not."""
        if tickets := sorted({need.ticket_id for need in self.story.needs.values()}):
            gone, kept = _of(tickets, pick), _of(tickets, other)
            for key, need in self.story.needs.items():
                if need.ticket_id == gone:
                    self.story.needs[key] = replace(need, ticket_id=kept)
            self._batch()

    @rule(pick=PICK, state=st.sampled_from([TicketState.ACKNOWLEDGED, TicketState.PENDING, TicketState.HELD]))
    def a_ticket_becomes(self, pick: int, state: TicketState) -> None:
        if tickets := sorted({need.ticket_id for need in self.story.needs.values()}):
            ticket = _of(tickets, pick)
            for key, need in self.story.needs.items():
                if need.ticket_id == ticket:
                    self.story.needs[key] = replace(need, ticket_state=state)
            self._batch()

    @rule(count=st.sampled_from([0, 2, 10, 30]), region=st.sampled_from(["p/c/a", "p/c/b"]))
    def mains_fail(self, count: int, region: str) -> None:
        self.story.centre.dark = [Dark(site_id=f"D{number}", region=region) for number in range(count)]
        self._batch()

    @rule(region=st.sampled_from(["p/c/a", "p/c", "p/d"]), ends=st.booleans())
    def the_centre_declares_or_ends_an_emergency(self, region: str, *, ends: bool) -> None:
        standing = list(self.story.centre.emergencies.values())
        if ends and standing:
            self._by_hand(EndEmergency(emergency=standing[0].emergency_id, reason="mains are back"))
        elif self.story.needs:
            self._by_hand(DeclareEmergency(region=region, reason="ice"))

    @rule(pick=PICK, latitude=st.sampled_from([31.2, 31.3, 31.5]))
    def a_phone_reports(self, pick: int, latitude: float) -> None:
        if self.story.people:
            name = _of(sorted(self.story.people), pick)
            there = replace(self.story.people[name], position=Place(latitude, 121.0), position_at=self.story.now)
            self.story.people[name] = there

    @rule()
    def after_a_while_nobody_who_fits_is_idle_while_something_waits(self) -> None:
        self._batch(minutes=self.story.policy.retry_seconds / 60 + 1)
        board = self.story.as_read()
        for key, row in self.story.waiting.items():
            if row.code in _LEFT_ALONE:
                continue
            job = job_of(board, [self.story.needs[key]])
            idle = [one for one in candidates(board, job.zone) if not one.holds and not one.free_from]
            for one in idle:
                leg = measure(one.place, job.place, job.region, board.policy)
                reach = REACH[board.policy.widen[-1]]
                trip = Trip(candidate=one, job=job, leave=board.now, leg=leg, policy=board.policy, reach=reach)
                assert refusal_of(trip), (key, row.code, one.technician_id)

    @invariant()
    def a_need_has_one_holder_at_most(self) -> None:
        held = Counter(need for order in self.story.open_orders if not order.is_call for need in order.need_ids)
        assert not [need for need, count in held.items() if count > 1]

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        there = Counter(person for order in self.story.open_orders if order.state in UNDER_WAY for person in order.crew)
        assert not [person for person, count in there.items() if count > 1]

    @invariant()
    def no_offer_outlives_its_time(self) -> None:
        for order in self.story.open_orders:
            if order.state is WorkOrderState.OFFERED:
                assert order.offer_expires_at is not None
                assert order.offer_expires_at > self.story.now

    @invariant()
    def what_is_wanted_is_held_or_waits_with_a_reason_and_a_time(self) -> None:
        done = {need for order in self.story.orders.values() if order.state == "done" for need in order.need_ids}
        for need in self.story.needs.values():
            row = self.story.waiting.get(need.need_id)
            if not need.to_offer or need.need_id in done or self.story.holders(need.need_id):
                assert row is None
            else:
                assert row
                assert row.code
                assert row.hint
                assert row.next_try_at > self.story.now

    @invariant()
    def what_healed_has_nobody_but_who_is_under_way_and_was_asked(self) -> None:
        for order in self.story.open_orders:
            if not any(self.story.needs[need].wanted for need in order.need_ids):
                assert order.state not in RECALLED
                assert order.asked_to_return_at

    @invariant()
    def what_is_not_under_way_is_with_somebody_of_the_inventory(self) -> None:
        for order in self.story.open_orders:
            assert order.state in UNDER_WAY or set(order.crew) <= self.story.people.keys(), order

    @invariant()
    def nobody_climbs_alone_by_dispatchs_doing(self) -> None:
        for order in self.story.open_orders:
            skills = {skill for need in order.need_ids for skill in self.story.needs[need].skills}
            if "tower" in skills and order.given_by == DISPATCH and order.state in RECALLED:
                assert len(order.crew) > 1, order

    @invariant()
    def a_call_is_not_open_beside_a_holder(self) -> None:
        for order in self.story.open_orders:
            assert not (order.is_call and any(self.story.holders(need) for need in order.need_ids))

    @invariant()
    def dispatch_gives_nothing_where_it_is_paused_or_in_hand(self) -> None:
        for order in self.story.orders.values():
            if order.offered_at == self.story.now and order.version == 1 and order.given_by == DISPATCH:
                need = self.story.needs[order.need_ids[0]]
                assert not self.story.centre.pause_of(need.region)
                assert need.need_id not in self.story.centre.in_hand

    def _move(self, order: WorkOrder, to: str, **fields: Any) -> MoveWorkOrder:
        place = self.story.needs[order.need_ids[0]].place
        here = {"latitude": place.latitude, "longitude": place.longitude} if place else {}
        told = {"reason": "no car", "cause": "blown fuse", "result": "replaced fuse F3"}
        said = {**here, **told, **fields}
        return MoveWorkOrder(work_order=order.work_order_id, to=to, technician=order.technician_id, **said)

    def _by_hand(self, command: Command) -> None:
        self._batch(("ann", command))

    def _batch(self, *asked: tuple[str, Command], minutes: float = 1) -> None:
        """Offers that dispatch makes now carry this moment: each batch has its own."""
        self.story.batch(*asked, minutes=minutes)


_LEFT_ALONE = frozenset({"paused", "in_hand", "asked_all", "no_mate", "awaited"})
_BY_DISPATCH = frozenset({WorkOrderState.EXPIRED, WorkOrderState.WITHDRAWN})


def _of(things: Any, pick: int) -> Any:
    return things[pick % len(things)]


TestDispatchLife = DispatchLife.TestCase
TestDispatchLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
