"""The tenants' face: a tenant sees and says what is its own, and nothing of another tenant's on the same towers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from guywire.commands import Command
from guywire.commands.clocks import PauseClock, ResumeClock
from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, play_owner, running_console
from tests.integration.small_province import (
    NOW,
    REGION,
    add_account,
    add_incident,
    add_outage,
    add_silence,
    add_site,
    add_technician,
    add_ticket,
    add_work_order,
)

AGO = NOW - timedelta(hours=2)
A_REPORT = {"site": "SHARED", "category": "no_signal", "text": "two sectors silent"}


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


async def add_words(connection: Connection) -> None:
    """A fault report, a question and a contract of each tenant's."""
    for complaint, tenant, site in (("C1", "Red", "SHARED"), ("BLUEC2", "Blue", "SHARED")):
        await connection.execute(
            "INSERT INTO complaints.complaint (complaint_id, state, channel, category, text, site_id, registered_at,"
            " registered_by, tenant) VALUES (%s, 'open', 'tenant', 'no_signal', 'SECRETWORDS', %s, now(), %s, %s)",
            (complaint, site, f"{tenant}.person".upper(), tenant),
        )
        await connection.execute(
            "INSERT INTO complaints.contact (complaint_id, direction, channel, at, actor, text, outcome)"
            " VALUES (%s, 'in', 'tenant', now(), 'x', %s, 'registered')",
            (complaint, f"{complaint} text"),
        )
    for consent, tenant, ticket in (("REDCO1", "Red", "T1"), ("BLUECO2", "Blue", "T1")):
        await connection.execute(
            "INSERT INTO centre.consent (consent_id, ticket_id, site_id, tenant, text, asked_at, asked_by, answer_by,"
            " state) VALUES (%s, %s, 'SHARED', %s, %s, now(), 'SECRETOPERATOR', now() + interval '2 h', 'asked')",
            (consent, ticket, tenant, f"{consent} please"),
        )
    for tenant, low in (("Red", 43), ("Blue", 41.25)):
        await connection.execute(
            "INSERT INTO core.contract (tenant, region, severity, voltage_low, voltage_high, availability)"
            " VALUES (%s, '', '', %s, 60, 0.998)",
            (tenant, low),
        )


@pytest.fixture
async def towers(connection: Connection) -> Connection:
    """SHARED is Red's and Blue's and down for both; BLUEBTS took down Blue alone there; BLUESITE is Blue's alone."""
    for site, tenants in (("SHARED", ["Red", "Blue"]), ("BLUESITE", ["Blue"]), ("REDSITE", ["Red"])):
        await add_site(connection, site, tenants=tenants, known_since=AGO - timedelta(hours=1))
    await connection.execute(
        "INSERT INTO core.resource (site_id, resource, kind, tenant)"
        " VALUES ('SHARED', 'BLUEBTS', 'base_station', 'Blue')"
    )
    await add_technician(connection, "K1")
    await connection.execute("UPDATE core.technician SET name = 'SECRETNAME', phone = '13911112222'")
    for incident, site in (("I1", "SHARED"), ("BLUEI2", "SHARED"), ("BLUEI3", "BLUESITE"), ("I4", "REDSITE")):
        await add_incident(connection, incident, site, AGO)
        await add_outage(connection, incident, site, AGO, started=True)
        await add_ticket(connection, incident.replace("I", "T"), incident, site)
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, incident_id)"
        " VALUES ('BLUEA2', 'SHARED', 'BLUEBTS', 'base-station-down', '',"
        " 'south/harbour', 'major', now(), now(), now(), 'BLUEI2')"
    )
    await connection.execute("UPDATE correlation.outage SET ended_at = now() WHERE incident_id = 'I4'")
    await connection.execute(
        "UPDATE correlation.ticket SET state = 'resolved', result = 'SECRETNOTE' WHERE ticket_id = 'T4'"
    )
    await connection.execute("UPDATE correlation.ticket SET state = 'resolved' WHERE ticket_id = 'BLUET3'")
    await add_work_order(connection, "W1", "T1", "SHARED")
    await add_silence(connection, "SI1", sites=["SHARED", "BLUESITE"])
    await add_silence(connection, "BLUESI2", sites=["BLUESITE"])
    await connection.execute("UPDATE correlation.silence SET title = 'SECRETWORKS', reason = 'SECRETNOTE'")
    await add_words(connection)
    return connection


SECRET = re.compile(r"blue|secret|13911112222|41\.25", re.IGNORECASE)
OTHERS = ("BLUESITE", "BLUEI2", "BLUET3", "BLUECO2", "BLUEC2", "SHARED")


async def test_no_address_shows_a_tenant_what_is_anothers(towers: Connection, console: Console) -> None:
    token = await add_account(towers, Role.TENANT)
    async with console.client(token) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        gets = [path for path, methods in paths.items() if "get" in methods]
        assert len(gets) > 50
        shown: dict[str, int] = {}
        for path in gets:
            for other in OTHERS if "{" in path else ("",):
                answer = await client.get(re.sub(r"\{[^}]+\}", other, path), params={"site": "SHARED", "text": "S"})
                told = answer.text.replace(other, "") if answer.status_code in (403, 404, 422) else answer.text
                assert not SECRET.search(told), f"{path} {other}: {answer.status_code} {answer.text}"
                shown[path] = max(shown.get(path, 0), len(answer.text) if answer.status_code == 200 else 0)
    seen = {path for path, size in shown.items() if size and path.startswith("/api/")}
    allowed = {path for path in gets if path.startswith("/api/v1/tenant/")}
    assert seen - allowed <= {"/api/v1/session", "/api/v1/catalogue"}


async def test_another_tenants_sites_and_questions_do_not_exist(towers: Connection, console: Console) -> None:
    async with console.client(await add_account(towers, Role.TENANT)) as client:
        missing = [
            await client.get("/api/v1/tenant/sites/BLUESITE"),
            await client.get("/api/v1/tenant/sites/NOWHERE"),
            await client.get("/api/v1/tenant/fault-reports/BLUEC2"),
            await client.post("/api/v1/tenant/consents/BLUECO2/answer", json={"granted": True}),
            await client.post("/api/v1/tenant/tickets/BLUET3/agreement", json={"agreed": True}),
            await client.post("/api/v1/tenant/tickets/BLUET2/agreement", json={"agreed": True}),
            await client.post("/api/v1/tenant/fault-reports", json=A_REPORT | {"site": "BLUESITE"}),
        ]
        assert [one.status_code for one in missing] == [404] * len(missing)
        [known, unknown] = [one.json() for one in missing[:2]]
        assert known["message"].replace("BLUESITE", "") == unknown["message"].replace("NOWHERE", "")
        forged = await client.post("/api/v1/tenant/fault-reports", json=A_REPORT | {"tenant": "Blue"})
        assert forged.status_code == 422


async def test_a_tenant_sees_its_sites_outages_plans_and_tickets(towers: Connection, console: Console) -> None:
    async with console.client(await add_account(towers, Role.TENANT)) as client:
        sites = (await client.get("/api/v1/tenant/sites")).json()
        assert [(one["id"], one["state"]) for one in sites["items"]] == [("SHARED", "down"), ("REDSITE", "well")]
        assert (sites["total"], sites["down"], sites["at_risk"]) == (2, 1, 0)
        outages = (await client.get("/api/v1/tenant/outages")).json()["items"]
        assert [(one["id"], one["state"]) for one in outages] == [("I1/SHARED", "down"), ("I4/REDSITE", "restored")]
        assert outages[0]["cause"]["zh"]
        assert outages[0]["expected_end"]["earliest"] <= outages[0]["expected_end"]["latest"]
        works = (await client.get("/api/v1/tenant/works")).json()["items"]
        assert [(one["id"], [site["id"] for site in one["sites"]]) for one in works] == [("SI1", ["SHARED"])]
        tickets = (await client.get("/api/v1/tenant/tickets")).json()["items"]
        assert {one["id"]: one["may_be_judged"] for one in tickets} == {"T1": False, "T4": True}
        reports = (await client.get("/api/v1/tenant/fault-reports")).json()["items"]
        assert [(one["id"], one["state"]) for one in reports] == [("C1", "open")]
        site = (await client.get("/api/v1/tenant/sites/SHARED")).json()
        assert [len(site[name]) for name in ("outages", "works", "fault_reports")] == [1, 1, 1]
        figures = (await client.get("/api/v1/tenant/figures?months=2&zone=Asia/Shanghai")).json()
        assert figures["items"][0]["availability"]["n"] == 2
        assert [one["voltage_low"] for one in figures["contract"]] == [43]


async def test_months_before_a_tenants_sites_were_known_have_no_figures_and_a_duplicate_breaks_nothing_again(
    towers: Connection, console: Console
) -> None:
    for number, ticket in enumerate(("T1", "T4")):
        await towers.execute(
            "INSERT INTO dispatch.clock (clock_id, ticket_id, kind, domain, started_at, term_minutes, time_zone,"
            " severity, site_class, state, tenant, breached_at)"
            " VALUES (%s, %s, 'restore', 'south/harbour', now(), 60, 'UTC', 'major', 'A', 'running', 'Red', now())",
            (f"X{number}", ticket),
        )
    await towers.execute(
        "UPDATE correlation.ticket SET state = 'cancelled', duplicate_of = 'T1' WHERE ticket_id = 'T4'"
    )
    async with console.client(await add_account(towers, Role.TENANT)) as client:
        items = (await client.get("/api/v1/tenant/figures?months=4")).json()["items"]
    assert len(items) == 4
    assert items[0]["availability"]["sites"] == 2
    assert items[0]["breaches"] == {"accept": 0, "arrive": 0, "restore": 1}
    for month in items[2:]:  # an hour ago may still have been last month
        assert {value for name in ("availability", "voltage", "breaches") for value in month[name].values()} == {None}


async def test_a_tenant_is_told_when_the_first_of_its_batteries_ends(towers: Connection, console: Console) -> None:
    await towers.execute("UPDATE correlation.outage SET started_at = NULL, predicted_at = %s, ended_at = NULL", (NOW,))
    await towers.execute("UPDATE correlation.outage SET predicted_at = %s WHERE incident_id = 'I4'", (AGO,))
    async with console.client(await add_account(towers, Role.TENANT)) as client:
        found = (await client.get("/api/v1/tenant/sites")).json()
        other = (await client.get("/api/v1/tenant/sites?text=nothing")).json()
    told = (found["down"], found["at_risk"], datetime.fromisoformat(found["next_down_at"]), found["next_zone"])
    assert told == (0, 2, AGO, "Asia/Shanghai")
    assert (other["items"], other["next_down_at"]) == ([], None)


async def ask_consent(client: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await client.post("/api/v1/tickets/T4/consents", json={"tenant": "Red", "text": "for two hours"} | more)


async def test_the_clocks_wait_for_a_consent_and_run_on_with_its_answer(
    towers: Connection, console: Console, database_url: str
) -> None:
    asked: list[Command] = []

    def play(command: Command) -> dict[str, Any]:
        asked.append(command)
        return {"id": "X"}

    await towers.execute(
        "INSERT INTO dispatch.clock (clock_id, ticket_id, kind, domain, started_at, term_minutes, time_zone, severity,"
        " site_class, state) VALUES ('X', 'T4', 'restore', 'south/harbour', now(), 60, 'UTC', 'major', 'A', 'running')"
    )
    operator = await add_account(towers, Role.NOC_OPERATOR)
    tenant = await add_account(towers, Role.TENANT)
    async with play_owner(database_url, play), console.client(operator) as centre, console.client(tenant) as red:
        wrong = [await ask_consent(centre, tenant="Green"), await ask_consent(centre, site="SHARED")]
        assert [one.status_code for one in wrong] == [422, 422]
        made = await ask_consent(centre)
        assert (made.status_code, (await ask_consent(centre)).status_code) == (201, 409)
        [pause] = asked
        assert isinstance(pause, PauseClock)
        assert (pause.ticket, pause.kind, pause.reason) == ("T4", "restore", "tenant_consent")
        await towers.execute(
            "INSERT INTO dispatch.clock_pause (pause_id, clock_id, how, reason, since, until, made_at, made_by)"
            " VALUES ('P', 'X', 'pause', 'tenant_consent', now(), now() + interval '2 h', now(), 'x')"
        )
        path = f"/api/v1/tenant/consents/{made.json()['id']}/answer"
        said = await red.post(path, json={"granted": False, "text": "too loud", "version": 1})
        again = await red.post(path, json={"granted": True})
        assert (said.status_code, said.json()["state"], again.status_code) == (200, "refused", 409)
        assert asked[1:] == [ResumeClock(ticket="T4", kind="restore")]
        [shown] = (await centre.get("/api/v1/tickets/T4/consents")).json()["items"]
        assert (shown["answered_by"], shown["answer_text"], shown["asked_by"]) == ("tenant", "too loud", "noc_operator")
    acts = await (await towers.execute("SELECT actor, action FROM views.act ORDER BY id::bigint")).fetchall()
    told = [(row["actor"], row["action"]) for row in acts if "consent" in row["action"]]
    assert told == [("noc_operator", "ask_consent"), ("tenant", "answer_consent")]


async def test_a_disagreement_takes_a_reason_and_stands_on_the_ticket(towers: Connection, console: Console) -> None:
    operator = await add_account(towers, Role.NOC_OPERATOR)
    async with console.client(await add_account(towers, Role.TENANT)) as red, console.client(operator) as centre:
        path = "/api/v1/tenant/tickets/T4/agreement"
        bad = [
            await red.post(path, json={"agreed": False}),
            await red.post("/api/v1/tenant/tickets/T1/agreement", json={"agreed": True}),
        ]
        assert [one.status_code for one in bad] == [422, 409]
        said = await red.post(path, json={"agreed": False, "reason": "still noisy"})
        assert said.json()["agreement"]["reason"] == "still noisy"
        stale = await red.post(path, json={"agreed": True, "version": 9})
        assert stale.status_code == 409
        [shown] = (await centre.get("/api/v1/tickets/T4/agreements")).json()["items"]
        assert (shown["tenant"], shown["agreed"], shown["reason"]) == ("Red", False, "still noisy")
        changed = await red.post(path, json={"agreed": True, "version": 1})
        assert changed.json()["agreement"]["agreed"] is True


async def test_an_account_bound_to_a_region_sees_the_tenants_sites_there_alone(
    towers: Connection, console: Console
) -> None:
    await towers.execute("UPDATE core.site SET region = 'north/far/away' WHERE site_id = 'REDSITE'")
    async with console.client(await add_account(towers, Role.TENANT, region=REGION)) as client:
        assert [one["id"] for one in (await client.get("/api/v1/tenant/sites")).json()["items"]] == ["SHARED"]
        assert [one["id"] for one in (await client.get("/api/v1/tenant/tickets")).json()["items"]] == ["T1"]
