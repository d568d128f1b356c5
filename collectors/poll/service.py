"""The poller as a process: the works that go on side by side. Without a database it polls and raises all the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import structlog

from collectors.feeding.feeder import Feeder
from collectors.feeding.together import run_until
from collectors.learning import Learning, keep_looking
from collectors.poll.memory import Memory
from collectors.poll.outbox import Outbox
from collectors.poll.poller import Poller
from collectors.poll.samples import Waiting, forget, write
from collectors.poll.standing import read_standing
from guywire.database import Connection, connect

_log = structlog.get_logger(__name__)

_FIRST_WORD_SECONDS = 5.0
_LAST_WORD_SECONDS = 3.0
_STANDING_SECONDS = 30.0
_AWAY_SECONDS = 3.0
_LONGEST_WAIT = timedelta(days=1)
"""How far back a clear is looked for, of an alarm whose raise the views have not shown yet."""

_WRITE_SECONDS = 1.0
_WRITE_AT_ONCE = 5000
_FORGET_SECONDS = 3600.0


async def poll(feeder: Feeder) -> None:
    """Polls until the feeder is told to stop; then hands over and writes what there is."""
    settings = feeder.settings
    learning = Learning(settings)
    memory = Memory(settings.spool_dir / f"{settings.collector}-poll.sqlite")
    outbox, waiting = Outbox(feeder.keep, memory.remember), Waiting(learning.policy.polling.samples_kept)
    poller = Poller(learning, settings.realm, memory, outbox, waiting)
    poller.learn()
    try:
        await _first_word(settings.database_url, poller)
        await run_until(
            feeder.stop,
            poller.run(),
            outbox.run(),
            keep_looking(learning),
            _keep_asking(settings.database_url, poller),
            _keep_writing(settings.database_url, waiting, outbox),
            _keep_forgetting(settings.database_url, learning),
        )
    finally:
        await outbox.flush()
        memory.close()


async def _first_word(database_url: str, poller: Poller) -> None:
    """What stands, before the first question is put; a database that is away is not waited for."""
    try:
        async with asyncio.timeout(_FIRST_WORD_SECONDS):
            await _ask_standing(database_url, poller)
    except TimeoutError:
        pass


async def _keep_asking(database_url: str, poller: Poller) -> None:
    while True:
        await asyncio.sleep(_STANDING_SECONDS if poller.ledger.known else _AWAY_SECONDS)
        await _ask_standing(database_url, poller)


async def _ask_standing(database_url: str, poller: Poller) -> None:
    now = datetime.now(UTC)
    since = max(poller.ledger.waiting_since() or now, now - _LONGEST_WAIT)
    try:
        async with await connect(database_url) as connection:
            poller.ledger.learn(await read_standing(connection, poller.sites, since))
    except psycopg.Error as error:
        _log.debug("poll.database_away", error=str(error).strip())


async def _keep_writing(database_url: str, waiting: Waiting, outbox: Outbox) -> None:
    """Writes once a second while the database is there; when it is told to end, what there is, if that is soon done."""
    try:
        while True:
            try:
                async with await connect(database_url) as connection:
                    while True:
                        await _write(connection, waiting, outbox)
                        await asyncio.sleep(_WRITE_SECONDS)
            except psycopg.Error as error:
                _log.debug("poll.samples_wait", samples=len(waiting), error=str(error).strip())
                await asyncio.sleep(_AWAY_SECONDS)
    finally:
        try:
            async with asyncio.timeout(_LAST_WORD_SECONDS), await connect(database_url) as connection:
                await _write(connection, waiting, outbox)
        except (psycopg.Error, TimeoutError):
            _log.warning("poll.samples_not_written", samples=len(waiting))


async def _keep_forgetting(database_url: str, learning: Learning) -> None:
    """Deletes the days of samples that policy keeps no longer: at once and then each hour."""
    while True:
        before = datetime.now(UTC) - timedelta(days=learning.policy.polling.samples_keep_days)
        try:
            async with await connect(database_url) as connection:
                await forget(connection, before)
        except psycopg.Error as error:
            _log.debug("poll.nothing_forgotten", error=str(error).strip())
        await asyncio.sleep(_FORGET_SECONDS)


async def _write(connection: Connection, waiting: Waiting, outbox: Outbox) -> None:
    """Writes what waits; what could not be written waits on, and the error is raised."""
    while samples := waiting.take(_WRITE_AT_ONCE):
        try:
            await write(connection, samples)
        except psycopg.DataError as error:  # no database would take these
            _log.error("poll.samples_refused", samples=len(samples), error=str(error).strip())
            outbox.count("samples_lost", len(samples))
        except BaseException:
            if lost := waiting.give_back(samples):
                outbox.count("samples_lost", lost)
            raise
        else:
            outbox.count("samples", len(samples))
