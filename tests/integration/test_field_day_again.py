"""A phone that has the day asks whether it is still so: what is the same comes without a body, to nobody else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx

from tests.integration.dispatch_world import World
from tests.integration.field_phone import offered
from tests.integration.running_field import Field

DAY = "/api/v1/me/day"


async def again(phone: httpx.AsyncClient, last: httpx.Response, **params: str) -> httpx.Response:
    return await phone.get(DAY, params=params, headers={"If-None-Match": last.headers["etag"]})


async def test_a_day_that_is_as_it_was_comes_without_a_body_and_says_when_it_was_so(
    world: World, near: httpx.AsyncClient
) -> None:
    await offered(world, near)
    whole = await near.get(DAY)
    async with asyncio.timeout(20):  # the offer's news may still be on their way
        while (same := await again(near, whole, seen=whole.json()["seen"], wait="0")).status_code == 200:
            whole = same
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == whole.headers["etag"]
    said, later = (datetime.fromisoformat(one.headers["x-guywire-as-of"]) for one in (whole, same))
    assert datetime.fromisoformat(whole.json()["as_of"]) == said < later <= datetime.now(UTC)


async def test_no_cache_but_the_page_s_own_may_keep_a_day(near: httpx.AsyncClient) -> None:
    whole = await near.get(DAY)
    assert [one.headers["cache-control"] for one in (whole, await again(near, whole))] == ["no-store"] * 2


async def test_a_day_that_has_changed_comes_whole(world: World, near: httpx.AsyncClient) -> None:
    empty = await near.get(DAY)
    order = await offered(world, near)
    full = await again(near, empty)
    assert (full.status_code, [one["id"] for one in full.json()["orders"]]) == (200, [order["id"]])
    # what rings nobody's phone: the inventory
    await world.connection.execute("UPDATE core.site SET name = 'renamed' WHERE site_id = %s", (order["site"],))
    renamed = await again(near, full)
    assert (renamed.status_code, renamed.json()["orders"][0]["site_name"]) == (200, "renamed")


async def test_what_one_account_has_says_nothing_of_another_s_day_or_a_session_that_ended(
    field: Field, near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    mine = await near.get(DAY)
    theirs = await again(far, mine)
    assert (theirs.status_code, theirs.json()["person"]["id"]) == (200, "C")
    async with field.client("of-nobody") as stranger:
        assert (await again(stranger, mine)).status_code == 401
