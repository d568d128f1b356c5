"""The poller: gives each device its turn when it is due, many at a time, and hands on what the turns brought."""

from __future__ import annotations

import asyncio
import time
from collections import Counter as Tally
from datetime import UTC, datetime

import structlog

from collectors.catch import Contact
from collectors.learning import Learning
from collectors.policy import Polling
from collectors.poll.ask import Answer, Bounds, Question, ask
from collectors.poll.device import Device, Outcome, World
from collectors.poll.ledger import Ledger
from collectors.poll.memory import Memory
from collectors.poll.outbox import Outbox
from collectors.poll.rounds import Rounds
from collectors.poll.samples import Waiting
from collectors.poll.schedule import Due, Pace, Schedule
from collectors.poll.targets import targets
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
_SET_OUT = time.time() - time.monotonic()
_PROBLEMS_TOLD = 20
_TROUBLES_A_MINUTE = 100


class Poller:
    """All devices of one collector. `run` until it is cancelled; then what is under way is given up."""

    def __init__(self, learning: Learning, realm: str, memory: Memory, outbox: Outbox, waiting: Waiting) -> None:
        self._learning, self._realm = learning, realm
        self._memory, self._outbox, self._waiting = memory, outbox, waiting
        self.ledger = Ledger()
        self.devices: dict[str, Device] = {}
        self._scheduled = self.devices
        self._known_from: tuple[object, ...] = ()
        self._schedule = Schedule(_pace(learning.policy.polling))
        self._under_way: dict[asyncio.Task[None], bool] = {}
        self._freed = asyncio.Event()
        self._troubles, self._failures = Seldom(_TROUBLES_A_MINUTE), Seldom()
        self._rounds = Rounds(_now())

    @property
    def sites(self) -> list[str]:
        """Where the polled devices stand."""
        return sorted({device.target.equipment.site for device in self.devices.values()})

    async def run(self) -> None:
        try:
            while True:
                self.learn()
                now = _now()
                if self._scheduled is not self.devices:
                    self._scheduled = self.devices
                    self._schedule.replace(self.devices.keys(), now)
                policy = self._learning.policy.polling
                probing = sum(self._under_way.values())
                living = len(self._under_way) - probing
                for due in self._schedule.due(now, policy.at_once - living, policy.probes_at_once - probing):
                    self._begin(due)
                self._rounds.tell(now, policy.interval_seconds, len(self.devices), self._schedule.silent())
                await self._pause(now)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def learn(self) -> None:
        """Takes over what changed of inventory, profiles, credentials and policy. Who is the same keeps the past."""
        learning, known = self._learning, self._learning.knowledge
        known_from = (learning.snapshot, known.classifier, learning.credentials, learning.policy.polling)
        if all(new is old for new, old in zip(known_from, self._known_from, strict=False)) and self._known_from:
            return
        same_policy = bool(self._known_from) and self._known_from[3] == learning.policy.polling
        self._known_from, policy = known_from, learning.policy.polling
        found = targets(learning.snapshot, self._realm, learning.profiles, learning.credentials)
        self.devices = {
            key: old
            if same_policy and (old := self.devices.get(key)) and old.target == target
            else Device(key, target, policy)
            for key, target in found.devices.items()
        }
        self._schedule.pace, self._waiting.most = _pace(policy), policy.samples_kept
        _log.info("poll.devices", polled=len(self.devices), refused=len(found.problems))
        for problem in found.problems[:_PROBLEMS_TOLD]:
            _log.warning("poll.not_polled", reason=problem)

    def _begin(self, due: Due) -> None:
        task = asyncio.create_task(self._turn(due))
        self._under_way[task] = due.probe
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._freed.set()

    async def _turn(self, due: Due) -> None:
        """One device's turn. Whatever goes wrong in it, the device is given back."""
        device, answer = self.devices[due.key], Answer()
        question = device.question(due.probe, _now(), self.ledger)
        try:
            target = device.target
            answer = await ask(target.equipment.address, target.credential, question, self._bounds())
            self._rounds.count(due, answer)
            if self.devices.get(due.key) is device:
                self._deliver(due.key, question, answer)
        except Exception:  # noqa: BLE001 - a profile or a device that nobody foresaw must not stop the others
            if (left_out := self._failures.now()) is not None:
                _log.exception("poll.turn_failed", device=due.key, left_out=left_out)
        finally:
            self._schedule.done(due.key, answer.answered, _now())

    def _deliver(self, key: str, question: Question, answer: Answer) -> None:
        device, at = self.devices[key], datetime.now(UTC)
        contact = Contact(device.target.equipment.address, at, answer.answered, asked=True)
        tally = Tally(polls=1, polls_silent=int(not answer.answered))
        tally["polls_troubled"] = int(answer.answered and answer.trouble != "")
        if answer.trouble != device.trouble:
            device.trouble = answer.trouble
            if (left_out := self._troubles.now()) is not None:
                _log.info("poll.trouble", device=key, trouble=answer.trouble or "none", left_out=left_out)
        outcome = Outcome()
        try:
            world = World(self._learning.knowledge, self.ledger, self._memory)
            outcome = device.take(question, answer, at, world)
        finally:
            self._outbox.add(outcome.events, outcome.looks, contact, tally)
        if lost := self._waiting.add(outcome.samples):
            self._outbox.count("samples_lost", lost)

    def _bounds(self) -> Bounds:
        policy = self._learning.policy.polling
        return Bounds(policy.timeout_seconds, policy.retries, policy.device_seconds, policy.rows_at_most)

    async def _pause(self, now: float) -> None:
        """Until somebody is due; where all places are taken, until one comes free."""
        next_at = self._schedule.next_at()
        seconds = _LOOK_SECONDS if next_at is None or next_at <= now else min(next_at - now, _LOOK_SECONDS)
        self._freed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._freed.wait()
        except TimeoutError:
            pass


def _now() -> float:
    """Seconds since the epoch by a clock that nobody sets: one put back by an hour would stop all polling that long."""
    return _SET_OUT + time.monotonic()


def _pace(policy: Polling) -> Pace:
    return Pace(policy.interval_seconds, policy.back_off_seconds)
