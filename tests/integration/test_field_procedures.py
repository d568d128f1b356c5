"""The phone reads the procedures of its own order, in its language, as the response centre has them now."""

from __future__ import annotations

import httpx

from tests.integration.dispatch_world import World
from tests.integration.field_phone import offered


async def test_an_order_brings_its_procedures(world: World, near: httpx.AsyncClient, far: httpx.AsyncClient) -> None:
    order = (await offered(world, near))["id"]
    await world.connection.execute("UPDATE correlation.need SET alarm_type = 'rectifier-failure'")
    path = f"/api/v1/work-orders/{order}/procedures"
    [chinese] = (await near.get(path)).json()["items"]
    assert (chinese["id"], chinese["language"], chinese["shipped"]) == ("rectifier-failure-zh", "zh", True)
    await world.connection.execute(
        "INSERT INTO centre.procedure_version (procedure_id, version, title, alarm_types, language, steps, made_at,"
        " made_by) VALUES ('rectifier-failure-en', 1, 'Ours', '{rectifier-failure}', 'en', '{Look}', now(), 'lea')"
    )
    [english] = (await near.get(path, params={"language": "en"})).json()["items"]
    assert (english["title"], english["steps"], english["version"]) == ("Ours", ["Look"], 1)
    assert (await far.get(path)).status_code == 404
