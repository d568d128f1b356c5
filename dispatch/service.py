"""The dispatch service: one loop of batches, woken by the feeds, the inbox and the next thing that is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import psycopg
import structlog

from dispatch import metrics
from dispatch.ask_roads import ask_roads
from dispatch.batch import AT_ONCE, PUBLISHERS, Outcome, run_batch
from dispatch.board import Board
from dispatch.choice.assign import Choice
from dispatch.forecast import Forecast
from dispatch.part_policies import PartPolicyFiles
from dispatch.policy import Policy, policy_file
from dispatch.records import DISPATCH
from dispatch.review.service_times import ServiceTimesLearned
from dispatch.telling.teller import Teller
from dispatch.travel import policy as travel
from dispatch.travel.learn import keep_learning
from dispatch.travel.policy import SpeedsPolicy
from dispatch.travel.routing import Routes
from dispatch.visits.tracking import PositionsKept
from guywire import feed, inbox
from guywire.commands import ReportPositions
from guywire.errors import Refused
from guywire.forgetting import keep_forgetting
from guywire.service import Service

CHANNELS = (*(feed.channel_of(publisher) for publisher in PUBLISHERS), inbox.channel_of(DISPATCH))

_LONGEST_PAUSE = 1.0  # a lost wake-up costs this much
_AFTER_TROUBLE = 0.5
_LAST_WORDS_SECONDS = 3.0  # what is on its way to a person at the stop is waited for
_DATABASE_SECONDS = 5.0  # while it is away, a stop is heard this late at most

_log = structlog.get_logger(__name__)


async def run(service: Service) -> None:
    """Dispatches until told to stop. All it must remember is in the database, so it may be killed at any moment."""
    dispatcher = Dispatcher(service)
    service.health.add("dispatching", dispatcher.check)
    async with asyncio.TaskGroup() as tasks:
        data_dir = service.settings.data_dir
        beside = [
            tasks.create_task(keep_forgetting(service.pool, PositionsKept(data_dir).forget)),
            tasks.create_task(keep_forgetting(service.pool, ServiceTimesLearned(data_dir).learn)),
            tasks.create_task(keep_learning(service.pool, dispatcher.speeds)),
            tasks.create_task(dispatcher.forecast.run()),
        ]
        telling = _start_telling(service, dispatcher.teller, tasks)
        await service.take_turns(CHANNELS, dispatcher.turn)
        for task in beside:
            task.cancel()
        await dispatcher.close()
        if telling:
            await asyncio.wait([telling], timeout=_LAST_WORDS_SECONDS)
            telling.cancel()


def _start_telling(service: Service, teller: Teller, tasks: asyncio.TaskGroup) -> asyncio.Task[None] | None:
    """In shadow nobody is told of anything."""
    if service.settings.shadow:
        return None
    service.health.add("telling", teller.check, vital=False)
    return tasks.create_task(teller.run())


class Dispatcher:
    """Runs batches and tells of them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._policy = policy_file(service.settings.data_dir)
        self._parts = PartPolicyFiles(service.settings.data_dir)
        self.forecast = Forecast(service.pool, self._policy, self._parts)
        self.teller = Teller(service)
        self._travel = travel.policy_file(service.settings.data_dir)
        self._roads = httpx.AsyncClient(trust_env=False)
        self._routes = Routes(self._roads)
        self._due: datetime | None = None
        self._trouble: str | None = None
        self._planned: dict[str, str] = {}
        self._caution = inbox.Caution(DISPATCH, AT_ONCE)

    async def check(self) -> str | None:
        """The health of dispatching: what went wrong with the last batch, if anything."""
        return self._trouble

    def speeds(self) -> tuple[Policy, SpeedsPolicy]:
        """What speeds are learned by, as it holds now."""
        return self._policy.current(), self._travel.current().speeds

    async def close(self) -> None:
        await self._roads.aclose()

    async def turn(self) -> float:
        """One batch; returns for how many seconds there is nothing to do."""
        try:
            outcome = await self._batch()
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._trouble = f"the database is away: {str(error).strip()}"
            _log.warning("dispatch.waiting_for_database", reason=str(error).strip())
            return _AFTER_TROUBLE
        except Exception as error:  # noqa: BLE001 - whatever it was, what is committed is whole: go on from there
            self._trouble = f"a batch broke: {type(error).__name__}"
            _log.exception("dispatch.batch_broke")
            await self._caution.broke(self._service.pool)
            self._due = None
            return _AFTER_TROUBLE
        self._trouble, self._due = None, outcome.next_at
        self._caution.went_well(outcome.more)
        self._tell(outcome)
        return 0.0 if outcome.more else self._pause(outcome.next_at)

    async def _batch(self) -> Outcome:
        shadow = self._service.settings.shadow
        async with self._service.pool.connection(timeout=_DATABASE_SECONDS) as connection:
            policy, at_once = self._policy.current(), self._caution.at_once
            parts = self._parts.current()
            return await run_batch(
                connection,
                _now(),
                policy,
                due=self._due,
                shadow=shadow,
                at_once=at_once,
                parts=parts,
                roads=self._ask_roads,
            )

    async def _ask_roads(self, board: Board) -> None:
        await ask_roads(board, self._routes, self._travel.current().routing, asyncio.get_running_loop().time())

    def _pause(self, next_at: datetime) -> float:
        return min(max((next_at - _now()).total_seconds(), 0.0), _LONGEST_PAUSE)

    def _tell(self, outcome: Outcome) -> None:
        _count_answers(outcome)
        if outcome.board is None:
            return
        metrics.DECIDE.observe(outcome.seconds)
        if self._service.settings.shadow:
            self._tell_plans(outcome.choices)
        else:
            self.forecast.stir()
            if outcome.changed.get("notice"):
                self.teller.stir()
            _tell_board(outcome.board)

    def _tell_plans(self, choices: Sequence[Choice]) -> None:
        """In shadow each plan is logged once, when it is new or different."""
        planned = {choice.job.job_id: choice.trip.candidate.technician_id if choice.trip else "" for choice in choices}
        for need, technician in planned.items():
            if self._planned.get(need) != technician:
                _log.info("shadow.planned", need=need, technician=technician or None)
        self._planned = planned


def _tell_board(board: Board) -> None:
    for step in board.new_steps:
        metrics.MOVES.labels(step.state).inc()
        _log.info("work_order.step", work_order=step.work_order_id, state=step.state, actor=step.actor, note=step.note)
    metrics.WAITING.clear()
    for row in board.waiting.values():
        metrics.WAITING.labels(row.code).inc()
    metrics.EMERGENCIES.set(len(board.centre.emergencies))
    metrics.PAUSES.set(len(board.centre.pauses))
    metrics.OPEN.clear()
    for order in board.open_orders():
        metrics.OPEN.labels(order.state).inc()


def _count_answers(outcome: Outcome) -> None:
    for one, said in outcome.answers:
        if isinstance(said, Refused):
            metrics.REFUSED.labels(said.reason).inc()
        elif isinstance(one.command, ReportPositions):
            metrics.POSITIONS.inc(said["taken"])


def _now() -> datetime:
    return datetime.now(UTC)
