"""The real service tells customers by a real webhook: what is refused is tried again, what was taken never is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints import service as complaints
from guywire import inbox
from guywire.commands import Command, RegisterComplaint
from guywire.commands.complaints import AnswerComplaint, HearMessage
from guywire.database import Connection
from guywire.inventory.store import load_inventory
from guywire.settings import Settings
from tests.acceptance.inboxes import Inboxes, inboxes
from tests.integration.complaints_world import INVENTORY, one_row, take_down
from tests.integration.running_field import running_service

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of Apprise

_WAYS = """
quiet = ""
language = "en"
[retry]
first_seconds = 0.1
[[ways]]
channel = "sms"
urls = ["json://127.0.0.1:{port}/{{phone}}?:id={{message}}"]
"""


async def test_a_refused_message_is_tried_again_and_kept_as_one_contact(
    connection: Connection, database_url: str, tmp_path: Path
) -> None:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    await take_down(connection)
    with inboxes() as arrived:
        _send_to(arrived, tmp_path)
        arrived.refusals = 2
        settings = Settings(database_url=database_url, data_dir=tmp_path)
        async with running_service("complaints", settings, complaints.run, complaints.CHANNELS):
            await _put(connection, RegisterComplaint(channel="web", text="x", phone="13800000002"))
            sent = await _sent(connection, 1)
            answer = AnswerComplaint(complaint="C1", text="new antenna on Monday", channel="sms", send=True)
            await _put(connection, answer)
            await _sent(connection, 2)
    assert sent["tries"] == 3
    assert [path for path, _ in arrived.hooks] == ["/13800000002", "/13800000002"]
    assert [body["id"] for _, body in arrived.hooks] == ["CM1", "CM2"]  # by which a gateway knows a message again
    assert arrived.hooked("13800000002", "a power cut in the area")
    assert arrived.hooked("13800000002", "About your report C1: new antenna on Monday")
    contacts = await connection.execute("SELECT channel, by, outcome FROM views.contact WHERE direction = 'out'")
    assert [tuple(row.values()) for row in await contacts.fetchall()] == [
        ("sms", "complaints", "outage_known"),
        ("sms", "complaints", "answer"),
    ]
    assert (await one_row(connection, "SELECT answered_at FROM views.complaint"))["answered_at"] is not None


async def test_in_shadow_nothing_leaves_the_house(connection: Connection, database_url: str, tmp_path: Path) -> None:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    await take_down(connection)
    with inboxes() as arrived:
        _send_to(arrived, tmp_path)
        settings = Settings(database_url=database_url, data_dir=tmp_path, shadow=True)
        async with running_service("complaints", settings, complaints.run, complaints.CHANNELS):
            await _put(connection, RegisterComplaint(channel="web", text="x", phone="13800000002"))
            await _until(connection, "SELECT count(*) FROM core.command WHERE state = 'done'", 1)
    assert arrived.hooks == []
    assert await _count(connection, "SELECT count(*) FROM complaints.message") == 0


def _send_to(arrived: Inboxes, data_dir: Path) -> None:
    file = data_dir / "policy" / "complaints-telling.toml"
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text(_WAYS.format(port=arrived.hook_port))


async def test_a_link_leads_to_the_public_url_of_the_settings_and_a_reply_to_nobody_is_sent(
    connection: Connection, database_url: str, tmp_path: Path
) -> None:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    with inboxes() as arrived:
        _send_to(arrived, tmp_path)
        settings = Settings(database_url=database_url, data_dir=tmp_path, public_url="https://help.example.com")
        async with running_service("complaints", settings, complaints.run, complaints.CHANNELS):
            await _put(connection, RegisterComplaint(channel="web", text="x", phone="13800000002"))
            await _put(connection, HearMessage(channel="sms", sender="+49 151 12345678", text="1", message_id="m1"))
            await _sent(connection, 2)
    assert arrived.hooked("13800000002", "See how it stands: https://help.example.com/track/")
    assert arrived.hooked("/+4915112345678", "We have no open question for you.")
    contacts = await connection.execute("SELECT direction, outcome FROM views.contact WHERE sender = '15112345678'")
    assert {tuple(row.values()) for row in await contacts.fetchall()} == {("in", ""), ("out", "nothing_open")}


async def _put(connection: Connection, command: Command) -> None:
    async with connection.transaction():
        await inbox.put(connection, command, "ann")


async def _sent(connection: Connection, count: int) -> dict[str, int]:
    """The first message, once so many were sent."""
    await _until(connection, "SELECT count(*) FROM complaints.message WHERE state = 'sent'", count)
    return await one_row(connection, "SELECT tries FROM complaints.message ORDER BY message_id LIMIT 1")


async def _until(connection: Connection, query: str, count: int) -> None:
    async with asyncio.timeout(30):
        while True:
            if await _count(connection, query) >= count:
                return
            await asyncio.sleep(0.02)


async def _count(connection: Connection, query: str) -> int:
    return int((await one_row(connection, query))["count"])
