"""The stage that climbs: as a clock runs out, one person after the other is told, area to headquarters, each once.

A group is the managers of one level in one part of the region tree, for one kind of clock of one ticket: however many
places of the ticket are late there, one of them is told, and another one only where that one does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from dispatch.board import Board
from dispatch.clocks.calendars import FAR
from dispatch.clocks.coverage import lacks_coverage, out_of_reach, was_silent
from dispatch.clocks.kinds import ClockKind, Level, region_at
from dispatch.clocks.model import Climb, Clock
from dispatch.clocks.people import persons_for
from dispatch.clocks.policy import Step
from dispatch.notices import Notice
from dispatch.records import Person, WorkOrder
from dispatch.shifts import zone_of
from guywire.model import Role


class Group(NamedTuple):
    ticket_id: str
    kind: ClockKind
    level: Level
    region: str


def climb(board: Board) -> None:
    """Tells whoever is next, passes over who did not answer, and takes back what is over."""
    _hear(board)
    ladder = _Ladder(board)
    reached: set[Group] = set()
    for clock in _late(board):
        for group, step in ladder.rungs(clock):
            if group not in reached and clock.state == "running":
                ladder.advance(group, step, clock)
            reached.add(group)
    _take_back(board, reached)


def rungs_of(board: Board, clock: Clock) -> int:
    """How many rungs are reached. An offer that ran out without coverage reaches the first: somebody has to call."""
    early = clock.kind is ClockKind.ACCEPT and any(was_silent(past) for past in board.past.get(clock.need_id, ()))
    return max(clock.steps, int(early))


def _hear(board: Board) -> None:
    """Whoever has seen it has heard of it."""
    for climb_id, at in board.clocks.seen.items():
        one = board.clocks.climbs[climb_id]
        if one.answered_at is None and one.over_at is None:
            board.clocks.put_climb(replace(one, answered_at=at, answered_by=one.person_id, answer="seen"))


def _late(board: Board) -> list[Clock]:
    """The clocks that run out, the latest first. Where nobody has even accepted, that alone is said."""
    clocks = board.clocks.clocks
    unaccepted = {one.need_id for one in clocks.values() if one.kind is ClockKind.ACCEPT and one.stopped_at is None}
    late = [
        clock
        for clock in clocks.values()
        if clock.stopped_at is None
        and not (clock.kind is ClockKind.ARRIVE and clock.need_id in unaccepted)
        and rungs_of(board, clock)
    ]
    return sorted(late, key=lambda clock: (clock.due_at or FAR, clock.clock_id))


def _take_back(board: Board, reached: set[Group]) -> None:
    for one in list(board.clocks.climbs.values()):
        if one.over_at is None and _group_of(one) not in reached:
            board.clocks.put_climb(replace(one, over_at=board.now))
            if one.person_id:
                board.notices.is_over(one.notice_id)


def _group_of(one: Climb) -> Group:
    return Group(one.ticket_id, one.kind, one.level, one.region)


class _Ladder:
    """The climbs of a batch that are not over, by group and by ticket, kept while new ones are added."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._managers = [person for person in board.people.values() if person.role == Role.AREA_MANAGER]
        self._of_group: dict[Group, list[Climb]] = {}
        self._of_clock: dict[tuple[str, ClockKind], list[Climb]] = {}
        self._count: dict[str, int] = {}
        self._orders: dict[str, list[WorkOrder]] = {}
        for one in sorted(board.clocks.climbs.values(), key=lambda one: (one.at, one.climb_id)):
            self._add(one)
        for order in board.open_orders():
            for need_id in order.need_ids:
                self._orders.setdefault(need_id, []).append(order)

    def rungs(self, clock: Clock) -> Iterator[tuple[Group, Step]]:
        """The groups that it has come to: by its time, or because nobody answered below."""
        count, passed = rungs_of(self._board, clock), False
        for number, step in enumerate(self._board.clocks.policy.ladder.get(clock.kind, ())):
            if number >= count and not passed:
                return
            group = Group(clock.ticket_id, clock.kind, step.level, region_at(clock.region, step.level))
            yield group, step
            passed = self._is_exhausted(group)

    def advance(self, group: Group, step: Step, clock: Clock) -> None:
        """Tells the group's first, or the next where the last one told has not answered in time."""
        standing = self._of_group.get(group, [])
        if any(one.answered_at for one in standing):
            return
        if standing and standing[-1].reply_by and standing[-1].waits:
            if standing[-1].reply_by > self._board.now:
                self._board.look_again_at.append(standing[-1].reply_by)
                return
            standing[-1] = self._passed_over(standing[-1])
        persons = self._persons(group, clock)
        told = {one.person_id for one in self._of_clock.get((group.ticket_id, group.kind), ())}
        if to_tell := [person for person in persons if person.technician_id not in told]:
            self._tell(group, step, clock, to_tell[0])
        elif not persons and not standing:
            self._put(group, step, clock, "")

    def _is_exhausted(self, group: Group) -> bool:
        """Whether nobody of it answered: the next level is told before its time."""
        told = self._of_group.get(group) or self._of_clock.get((group.ticket_id, group.kind), [])
        return bool(told) and all(one.passed_at and not one.answered_at for one in told)

    def _persons(self, group: Group, clock: Clock) -> list[Person]:
        zone = zone_of(clock.time_zone)
        board = self._board
        return persons_for(self._managers, group.level, clock.region, board.now, zone, board.rota)

    def _passed_over(self, last: Climb) -> Climb:
        silent = lacks_coverage(self._board, last.person_id, last.ticket_id)
        passed = replace(last, passed_at=self._board.now, passed_why="no_coverage" if silent else "unreachable")
        self._board.clocks.put_climb(passed)
        others = self._of_clock[last.ticket_id, last.kind]
        others[others.index(last)] = passed
        return passed

    def _tell(self, group: Group, step: Step, clock: Clock, person: Person) -> None:
        one = self._put(group, step, clock, person.technician_id)
        self._board.notices.tell(_notice(one, clock))
        self._board.look_again_at.extend([one.reply_by] if one.reply_by else [])

    def _put(self, group: Group, step: Step, clock: Clock, person_id: str) -> Climb:
        """Records who is told; nobody, where a level has no manager: that is shown, too."""
        board = self._board
        near = out_of_reach(board, clock, self._orders.get(clock.need_id, ()))
        one = Climb(
            climb_id=f"{group.ticket_id}-C{self._count.get(group.ticket_id, 0) + 1}",
            ticket_id=group.ticket_id,
            kind=group.kind,
            level=group.level,
            region=group.region,
            clock_id=clock.clock_id,
            person_id=person_id,
            at=board.now,
            reply_by=board.now + timedelta(minutes=step.reply_minutes) if person_id else None,
            words=_words(board, step, clock, near),
            no_coverage=near,
            passed_at=None if person_id else board.now,
            passed_why="" if person_id else "nobody",
        )
        board.clocks.put_climb(one)
        self._add(one)
        return one

    def _add(self, one: Climb) -> None:
        self._count[one.ticket_id] = self._count.get(one.ticket_id, 0) + 1
        if one.over_at is None:
            self._of_group.setdefault(_group_of(one), []).append(one)
            self._of_clock.setdefault((one.ticket_id, one.kind), []).append(one)


def _notice(one: Climb, clock: Clock) -> Notice:
    return Notice(
        notice_id=one.notice_id,
        person_id=one.person_id,
        kind="climb",
        at=one.at,
        words=one.words,
        urgent=True,
        ticket_id=one.ticket_id,
        site_id=clock.site_id,
        domain=clock.domain,
    )


def _words(board: Board, step: Step, clock: Clock, near: tuple[str, ...]) -> dict[str, str]:
    """What has not happened and what is expected; and whom to call, where a phone may have no coverage."""
    policy, ticket = board.clocks.policy, board.clocks.tickets[clock.ticket_id]
    site = board.clocks.sites.get(clock.site_id)
    minutes = int((board.now - clock.started_at).total_seconds() // 60)
    named = {"ticket": clock.ticket_id, "site": site.name if site else clock.site_id, "title": ticket.title}
    said = step.words.fill(what=policy.what[clock.kind].fill(minutes=minutes, **named), minutes=minutes, **named)
    if not near:
        return said
    names = ", ".join(board.people[one].name or one for one in near if one in board.people)
    call = policy.coverage.words.fill(names=names)
    return {language: f"{text} {call[language]}" for language, text in said.items()}
