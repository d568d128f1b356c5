"""The small network of the complaint tests with time that is moved by hand: steps, batches, what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from complaints.batch import run_batch
from complaints.care.policy import CarePolicy
from complaints.care.policy import shipped_policy as shipped_care
from complaints.telling.policy import TellingPolicy, Way
from complaints.telling.policy import shipped_policy as shipped_telling
from guywire import feed, inbox
from guywire.commands import Command, RegisterComplaint
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import INVENTORY, NOW, POLICY, one_row

SMS = Way(channel="sms", urls=("json://127.0.0.1:9/{phone}",))
TELLING: TellingPolicy = msgspec.structs.replace(
    shipped_telling(), ways=(SMS,), quiet="", public_url="https://help.example.com"
)
CARE: CarePolicy = shipped_care()


class Desk:
    """The service on one connection, its clock in the test's hand."""

    def __init__(self, connection: Connection, telling: TellingPolicy = TELLING) -> None:
        self.connection, self.telling, self.now = connection, telling, NOW
        self.shadow = False

    async def batch(self, **passed: float) -> None:
        """Time passes, then one batch runs."""
        self.now += timedelta(**passed)
        await run_batch(self.connection, self.now, POLICY, care=CARE, telling=self.telling, shadow=self.shadow)

    async def do(self, command: Command, actor: str = "ann") -> dict[str, Any]:
        """One command in a batch of its own; raises its refusal."""
        async with self.connection.transaction():
            command_id = await inbox.put(self.connection, command, actor)
        await self.batch()
        row = await one_row(self.connection, "SELECT state, answer FROM core.command WHERE command_id = %s", command_id)
        if row["state"] == "refused":
            raise Refused(**row["answer"])
        answer: dict[str, Any] = row["answer"]
        return answer

    async def refusal(self, command: Command, actor: str = "ann") -> str:
        """The reason for which the command is refused."""
        with pytest.raises(Refused) as refused:
            await self.do(command, actor)
        return refused.value.reason

    async def call(self, **about: Any) -> str:
        """A customer calls; the complaint's id."""
        command = RegisterComplaint(**{"channel": "phone", "text": "no signal", **about})
        return str((await self.do(command))["id"])

    async def shown(self, complaint: str) -> dict[str, Any]:
        return await one_row(self.connection, "SELECT * FROM views.complaint WHERE id = %s", complaint)

    async def messages(self, complaint: str) -> list[tuple[str, str]]:
        """Kind and state of each, the oldest first."""
        rows = await self.connection.execute(
            "SELECT kind, state FROM complaints.message WHERE complaint_id = %s ORDER BY at, message_id", (complaint,)
        )
        return [(row["kind"], row["state"]) for row in await rows.fetchall()]

    async def contacts(self, complaint: str) -> list[tuple[str, str]]:
        rows = await self.connection.execute(
            "SELECT direction, outcome FROM views.contact WHERE complaint = %s ORDER BY at, id", (complaint,)
        )
        return [(row["direction"], row["outcome"]) for row in await rows.fetchall()]

    async def end_outage(self, incident: str = "I1", at: datetime | None = None) -> None:
        """Service is back, as alarm_correlation writes and publishes it; then a batch."""
        ended = at or self.now
        async with self.connection.transaction():
            for table, column in (("alarm", "cleared_at"), ("outage", "ended_at")):
                await self.connection.execute(
                    f"UPDATE correlation.{table} SET {column} = %s WHERE incident_id = %s",
                    (ended, incident),
                )
            await self.connection.execute(
                "UPDATE correlation.incident SET state = 'closed', closed_at = %s WHERE incident_id = %s",
                (ended, incident),
            )
            await feed.publish(self.connection, "alarm_correlation", {"incident": [incident]})
        await self.batch()


async def desk_of(connection: Connection) -> Desk:
    """The service over the small network."""
    await load_inventory(connection, INVENTORY, False, NOW)
    return Desk(connection)
