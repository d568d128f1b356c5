"""Each role at each address of reports, consents and the tenants' face: who may is understood, who may not gets 403."""

from __future__ import annotations

import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import running_console
from tests.integration.small_province import add_account, add_province

CENTRE = {Role.ADMIN, Role.SHIFT_LEADER, Role.NOC_OPERATOR}
NETWORK = CENTRE | {Role.AREA_MANAGER}
TENANT = {Role.TENANT}

READ = {
    "/api/v1/reports": NETWORK,
    "/api/v1/reports/restore": NETWORK,
    "/api/v1/reports/restore/facts": NETWORK,
    "/api/v1/tickets/T1/consents": NETWORK,
    "/api/v1/tickets/T1/agreements": NETWORK,
    **dict.fromkeys(
        [f"/api/v1/tenant/{name}" for name in
         ("sites", "outages", "works", "fault-categories", "fault-reports", "consents", "tickets", "figures")],
        TENANT,
    ),
    "/api/v1/tenant/sites/S1": TENANT,
    "/api/v1/tenant/fault-reports/C1": TENANT,
}  # fmt: skip
SAID = {
    "/api/v1/tickets/T1/consents": (CENTRE, {"tenant": "Nobody"}),
    "/api/v1/consents/CO1/withdraw": (CENTRE, {}),
    "/api/v1/tenant/fault-reports": (TENANT, {"site": "S1", "category": "x", "text": "x"}),
    "/api/v1/tenant/consents/CO1/answer": (TENANT, {"granted": True}),
    "/api/v1/tenant/tickets/T1/agreement": (TENANT, {"agreed": True}),
}
ADDRESSES = [*(("GET", path) for path in READ), *(("POST", path) for path in SAID)]
UNDERSTOOD = {200, 404, 422}
"""Who may is told so, or that there is no such thing: what is done is tested elsewhere."""


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_gets_what_the_tables_say(connection: Connection, database_url: str, role: Role) -> None:
    await add_province(connection)
    async with running_console(database_url) as console, console.client(await add_account(connection, role)) as client:
        answers = [(f"GET {path}", allowed, await client.get(path)) for path, allowed in READ.items()]
        answers += [
            (f"POST {path}", allowed, await client.post(path, json=body)) for path, (allowed, body) in SAID.items()
        ]
    wrong = {
        told: answer.status_code
        for told, allowed, answer in answers
        if (answer.status_code not in UNDERSTOOD if role in allowed else answer.status_code != 403)
    }
    assert wrong == {}


async def test_nobody_gets_anything_and_an_account_without_a_tenant_neither(
    connection: Connection, database_url: str
) -> None:
    token = await add_account(connection, Role.TENANT)
    await connection.execute("UPDATE core.account SET tenant = ''")
    async with running_console(database_url) as console, console.client() as nobody, console.client(token) as stray:
        assert {(await nobody.request(method, path)).status_code for method, path in ADDRESSES} == {401}
        refused = [await stray.get(path) for path, allowed in READ.items() if allowed == TENANT]
        assert {(one.status_code, one.json()["reason"]) for one in refused} == {(403, "no_tenant")}
