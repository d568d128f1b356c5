"""Adoption: an unidentified sender or trap becomes inventory, by the console and by the command line, or is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from guywire.cli_adopt import adopt
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import running_console
from tests.integration.small_province import add_account, add_province, add_unidentified

OID = "1.3.6.1.4.1.99999.2.0.7"
PLACE = {"site": "S1", "resource": "ups-9", "kind": "ups", "profile": "ups-mib"}


async def unidentified(connection: Connection, resource: str = "unidentified:10.9.9.9") -> None:
    """The alarm A7: from a sender that nobody knows, by a trap that nobody knows."""
    await add_province(connection)
    await add_unidentified(connection, "A7", resource, OID)


async def asked(connection: Connection, url: str, what: str, body: dict[str, Any], alarm: str = "A7") -> httpx.Response:
    operator = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(url) as console, console.client(operator) as client:
        return await client.post(f"/api/v1/alarms/{alarm}/{what}", json=body)


async def rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    return await (await connection.execute(query.encode())).fetchall()


async def test_an_unknown_sender_becomes_a_resource_of_its_site(connection: Connection, database_url: str) -> None:
    await unidentified(connection)
    (before,) = await rows(connection, "SELECT version FROM views.inventory")
    answer = await asked(connection, database_url, "adopt-sender", PLACE)
    assert (answer.status_code, answer.json()["id"]) == (200, "S1/ups-9")
    (resource,) = await rows(connection, "SELECT * FROM views.resource WHERE resource = 'ups-9'")
    assert {name: resource[name] for name in PLACE} == PLACE
    assert resource["address"] == "10.9.9.9"
    (after,) = await rows(connection, "SELECT version FROM views.inventory")
    assert after["version"] == before["version"] + 1
    (done,) = await rows(connection, "SELECT actor, object_id FROM core.audit WHERE action = 'adopt_sender'")
    assert done == {"actor": "noc_operator", "object_id": "S1/ups-9"}


async def test_a_resource_that_is_there_keeps_what_adoption_does_not_say(
    connection: Connection, database_url: str
) -> None:
    await unidentified(connection, "unidentified:lab/10.9.9.9")
    await connection.execute(
        "INSERT INTO core.resource (site_id, resource, kind, profile, credential, tenant)"
        " VALUES ('S1', 'ups-9', 'ups', 'ups-mib', 'public-sites', 'Red')"
    )
    answer = await asked(connection, database_url, "adopt-sender", {"site": "S1", "resource": "ups-9"})
    assert answer.status_code == 200, answer.text
    (row,) = await rows(connection, "SELECT * FROM core.resource WHERE resource = 'ups-9'")
    assert (row["realm"], row["address"]) == ("lab", "10.9.9.9")
    assert (row["kind"], row["profile"], row["credential"], row["tenant"]) == ("ups", "ups-mib", "public-sites", "Red")


async def test_an_unknown_trap_gets_its_meaning(connection: Connection, database_url: str) -> None:
    await unidentified(connection)
    meaning = {"alarm_type": "mains-failure", "severity": "critical", "clear_trap": f".{OID}1"}
    answer = await asked(connection, database_url, "adopt-trap", meaning)
    assert answer.status_code == 200, answer.text
    (trap,) = await rows(connection, "SELECT id, clear_oid, alarm_type, severity, adopted_by FROM views.adopted_trap")
    assert trap == {
        "id": OID,
        "clear_oid": f"{OID}1",
        "alarm_type": "mains-failure",
        "severity": "critical",
        "adopted_by": "noc_operator",
    }


@pytest.mark.parametrize(
    ("what", "alarm", "body", "code", "says"),
    [
        ("adopt-sender", "A7", PLACE | {"site": "S404"}, 404, "S404"),
        ("adopt-sender", "A7", PLACE | {"resource": "x" * 501}, 422, "resource"),
        ("adopt-sender", "A7", PLACE | {"kind": "u\nps"}, 422, "kind"),
        ("adopt-sender", "A7", {"site": "S1", "resource": "new-one"}, 422, "kind"),
        ("adopt-sender", "A7", PLACE | {"profile": "acme"}, 422, "acme"),
        ("adopt-sender", "A1", PLACE, 409, "knows"),
        ("adopt-trap", "A1", {"alarm_type": "mains-failure"}, 409, "already"),
        ("adopt-trap", "A7", {"alarm_type": "nonsense"}, 422, "nonsense"),
        ("adopt-trap", "A7", {"alarm_type": "unidentified"}, 422, "unidentified"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "clear_trap": "1.3.x"}, 422, "1.3.x"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "clear_trap": OID}, 422, "both raise and clear"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "clear_trap": "1.3.6.1.4.1.4294967296"}, 422, "4294967296"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "clear_trap": "1.60.1"}, 422, "1.60.1"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "clear_trap": f"{OID}.007"}, 422, "007"),
        ("adopt-trap", "A7", {"alarm_type": "smoke", "severity": "cleared"}, 422, "cleared"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    connection: Connection, database_url: str, what: str, alarm: str, body: dict[str, Any], code: int, says: str
) -> None:
    await unidentified(connection)
    answer = await asked(connection, database_url, what, body, alarm)
    assert answer.status_code == code, answer.text
    assert says in answer.json()["message"]
    assert await rows(connection, "SELECT FROM core.audit WHERE action LIKE 'adopt%'") == []


@pytest.mark.parametrize("trap", [f"{OID}.1", f"{OID}.2"])
async def test_a_trap_that_has_a_meaning_gets_no_second_one(
    connection: Connection, database_url: str, trap: str
) -> None:
    """One clear for two alarms: no profile could hold that, and the collectors would do without either."""
    await unidentified(connection)
    first = await command(database_url, "trap", f"{OID}.1", "--as", "door-open", "--clear", f"{OID}.2")
    assert first.exit_code == 0, first.output
    again = await command(database_url, "trap", f"{OID}.1", "--as", "smoke", "--clear", f"{OID}.2")
    assert again.exit_code == 0, "the last word on one and the same trap holds"
    answer = await asked(connection, database_url, "adopt-trap", {"alarm_type": "smoke", "clear_trap": trap})
    assert (answer.status_code, answer.json()["reason"]) == (409, "trap_has_a_meaning")
    assert f"{OID}.1 (smoke)" in answer.json()["message"]
    assert len(await rows(connection, "SELECT FROM core.adopted_trap")) == 1


async def test_an_address_of_another_site_is_not_taken_away(connection: Connection, database_url: str) -> None:
    await unidentified(connection)
    await connection.execute(
        "INSERT INTO core.resource (site_id, resource, kind, address) VALUES ('S2', 'ups-1', 'ups', '10.9.9.9')"
    )
    answer = await asked(connection, database_url, "adopt-sender", PLACE)
    assert answer.status_code == 422
    assert "S2" in answer.json()["message"]


async def test_the_profiles_that_a_sender_can_have_are_listed(connection: Connection, database_url: str) -> None:
    operator = await add_account(connection, Role.NOC_OPERATOR)
    async with running_console(database_url) as console, console.client(operator) as client:
        found = (await client.get("/api/v1/profiles")).json()["items"]
    assert "ups-mib" in [profile["id"] for profile in found if profile["description"]]


async def command(database_url: str, *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, adopt, [*words, "--database-url", database_url])


async def test_the_command_line_does_the_same(connection: Connection, database_url: str) -> None:
    await unidentified(connection)
    listed = await command(database_url, "list")
    assert "A7" in listed.output
    assert "unidentified:10.9.9.9" in listed.output
    assert "guywire adopt sender ADDRESS" in listed.output, "it says what can be done"
    done = await command(
        database_url,
        "sender",
        "10.9.9.9",
        "--site",
        "S1",
        "--resource",
        "ups-9",
        "--kind",
        "ups",
        "--profile",
        "ups-mib",
    )
    assert done.output == "10.9.9.9 is ups-9 (ups) at S1\n"
    done = await command(database_url, "trap", OID, "--as", "smoke", "--clear", f"{OID}1")
    assert done.output == f"{OID} raises smoke, {OID}1 clears it, wherever no profile knows it\n"
    assert len(await rows(connection, "SELECT FROM views.adopted_trap")) == 1
    refused = await command(database_url, "sender", "nowhere", "--site", "S1", "--resource", "x", "--kind", "ups")
    assert "not an address" in str(refused.exception)
