"""Second stage of polling: one device is asked, within bounds that hold however it behaves.

gufo-snmp keeps what an agent's error-status says to itself and ends a walk on it as at the end of a table, walks on for
ever on an agent that goes round in circles, and waits anew after each stray answer: that is caught here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from gufo.snmp import NoSuchInstance, SnmpAuthError, SnmpError
from gufo.snmp.aio import SnmpSession

from collectors.credentials import Community, User
from collectors.poll.agent import open_session

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
REFUSED = "refused"
_NAMES_AT_ONCE = 20
_ROWS_AT_ONCE = 20

Value = int | float | str | bytes | None
_T = TypeVar("_T")


class Question(NamedTuple):
    """What to ask a device beside sysUpTime, which always comes first and by itself: instances, and whole subtrees."""

    gets: Sequence[str] = ()
    walks: Sequence[str] = ()


class Bounds(NamedTuple):
    """Seconds for one request, how often it is sent again, seconds for the device, rows for one walk."""

    timeout: float
    retries: int
    seconds: float
    rows: int


class Answer(msgspec.Struct):
    """What a device said. `whole` are the walks that came to their proper end: only what is missing there is not there.

    `trouble` is the first thing that went wrong: timeout, refused, unreadable, endless, late, unreachable; or empty.
    """

    answered: bool = False
    values: dict[str, Value] = {}
    whole: set[str] = set()
    trouble: str = ""

    @property
    def uptime(self) -> int | None:
        """Hundredths of a second since the agent's start."""
        ticks = self.values.get(SYS_UPTIME)
        return ticks if isinstance(ticks, int) else None


async def ask(address: str, credential: Community | User, question: Question, bounds: Bounds) -> Answer:
    """Never raises for what a device does; what came before the trouble is kept."""
    answer = Answer()
    try:
        async with asyncio.timeout(bounds.seconds):
            session = open_session(address, credential, bounds.timeout)
            await _Talk(session, bounds, answer, credential).run(question)
    except TimeoutError:
        answer.trouble = answer.trouble or "late"
    except OSError:
        answer.trouble = answer.trouble or "unreachable"
    return answer


class _Trouble(Exception):
    """A request that came to nothing, in a word."""


class _Talk:
    """One device's turn; fills in the answer as it goes."""

    def __init__(self, session: SnmpSession, bounds: Bounds, answer: Answer, credential: Community | User) -> None:
        self._session, self._bounds, self._answer = session, bounds, answer
        self._bulk = not (isinstance(credential, Community) and credential.version == "1")

    async def run(self, question: Question) -> None:
        """A device that does not answer the first question is not asked the others."""
        if not await self._tried(self._first):
            return
        for start in range(0, len(question.gets), _NAMES_AT_ONCE):
            await self._tried(lambda start=start: self._get(question.gets[start : start + _NAMES_AT_ONCE]))  # type: ignore[misc]
        for subtree in question.walks:
            await self._tried(lambda subtree=subtree: self._walk(subtree))  # type: ignore[misc]

    async def _tried(self, step: Callable[[], Awaitable[None]]) -> bool:
        try:
            await step()
        except (_Trouble, NoSuchInstance) as trouble:
            said = str(trouble) if isinstance(trouble, _Trouble) else "unreadable"
            self._answer.trouble = self._answer.trouble or said
            return False
        return True

    async def _first(self) -> None:
        try:
            await self._again(self._session.refresh)
            await self._get([SYS_UPTIME])
        except _Trouble as trouble:
            self._answer.answered = str(trouble) != "timeout"  # whatever else it was, somebody spoke
            raise
        self._answer.answered = True

    async def _get(self, names: Sequence[str]) -> None:
        """Nothing at all for several names is an error-status (tooBig, or noSuchName of SNMPv1): by halves, then."""
        found = await self._again(lambda: self._session.get_many(names))
        self._answer.values |= {name: found[name] for name in names if name in found}
        if not found and len(names) > 1:
            half = len(names) // 2
            await self._get(names[:half])
            await self._get(names[half:])

    async def _walk(self, subtree: str) -> None:
        """No rows may be an error-status too: asked again row by row, then whether the agent can say so by itself."""
        if not self._bulk:
            await self._rows(subtree, self._session.getnext(subtree))
        elif not await self._rows(subtree, self._session.getbulk(subtree, _ROWS_AT_ONCE)):
            found = await self._rows(subtree, self._session.getbulk(subtree, 1))
            if not found and not await self._has_nothing(subtree):
                raise _Trouble("unreadable")
        self._answer.whole.add(subtree)

    async def _rows(self, subtree: str, walk: AsyncIterator[tuple[str, Value]]) -> bool:
        """Takes a walk's rows, as long as their names rise and stay below the subtree; whether there were any."""
        inside = last = _arcs(subtree)
        for _ in range(self._bounds.rows):
            try:
                name, value = await self._again(walk.__anext__)
            except StopAsyncIteration:
                return last is not inside
            arcs = _arcs(name)
            if arcs <= last or arcs[: len(inside)] != inside:
                raise _Trouble("endless")
            self._answer.values[name], last = value, arcs
        raise _Trouble("endless")

    async def _has_nothing(self, subtree: str) -> bool:
        """Whether a GET below the subtree is answered by `no such object`, as it should be, and not by an error."""
        try:
            return await self._again(lambda: self._session.get(subtree + ".0")) is not None
        except NoSuchInstance:
            return True

    async def _again(self, request: Callable[[], Awaitable[_T]]) -> _T:
        """The request, sent again when nothing comes. Raises `_Trouble`."""
        trouble = ""
        for _ in range(self._bounds.retries + 1):
            try:
                return await request()
            except TimeoutError:
                trouble = "timeout"
            except NoSuchInstance:
                raise
            except SnmpAuthError:
                raise _Trouble(REFUSED) from None
            except SnmpError:
                trouble = "unreadable"
            except BaseException as error:
                if type(error).__name__ != "PanicException":  # of gufo-snmp's Rust, over a value that nobody may send
                    raise
                trouble = "unreadable"
        raise _Trouble(trouble)


def _arcs(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.split(".")))
