"""Whether the database answers, for /health: asked over a connection of its own, past whatever waits for the pool's."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import structlog

from guywire.database.connect import Connection, connect
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)
_ANSWER_SECONDS = 1.5
_LONGEST_SECONDS = 5.0
_QUESTION = "SELECT 1"


class Pulse:
    """Asks at most one question at a time, however many want to know: a face shows its health to anybody.

    Who asks waits `seconds` for the answer; the question itself may take longer, so that a connection through which
    nothing comes any more is given up in the end and a new one made.
    """

    def __init__(self, database_url: str, seconds: float = _ANSWER_SECONDS) -> None:
        self._database_url = database_url
        self._seconds = seconds
        self._kept: Connection | None = None
        self._asking: asyncio.Task[str] | None = None
        self._telling = Seldom()

    async def check(self) -> str | None:
        """The health check. Why not is for the log: the reason tells where the database is."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            async with asyncio.timeout(self._seconds):
                reason = await asyncio.shield(self._asking)
        except TimeoutError:
            reason = f"nothing heard for {self._seconds} s"
        if not reason:
            return None
        if (left_out := self._telling.now()) is not None:
            _log.warning("database.does_not_answer", reason=reason, left_out=left_out)
        return "the database does not answer"

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        await self._hang_up()

    async def _ask(self) -> str:
        """Why the database does not answer; empty when it does."""
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                await self._beat()
        except (psycopg.Error, TimeoutError) as error:
            await self._hang_up()
            return str(error).strip() or f"nothing heard for {_LONGEST_SECONDS} s"
        return ""

    async def _beat(self) -> None:
        if self._kept is not None:
            with suppress(psycopg.Error):  # the database may have started anew since
                await self._kept.execute(_QUESTION)
                return
            await self._hang_up()
        self._kept = await connect(self._database_url)
        await self._kept.execute(_QUESTION)

    async def _hang_up(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            await kept.close()
