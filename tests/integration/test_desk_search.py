"""The desk's one box over a real database: what is typed finds customers, sites, complaints and places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from complaints import outage_context
from complaints.search import search
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inventory import Customer, Inventory
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import INVENTORY, NOW, register, take_down

PEOPLE = [
    Customer("K1", "王伟", "13900000001", 31.0, 121.0, ("S1",), address="上海市浦东新区世纪大道100号"),
    Customer("K2", "王伟", "13900000002", None, None, ("S2",), True, address="上海市浦东新区市场路12号"),
    Customer("K3", "王伟国", "13900000003", None, None, ("S1", "S3"), address="100 Century Avenue, Pudong"),
    Customer("K4", "Smith_50%", "+86 139 0000 0004", None, None, ("S4",), address="阳光小区3栋"),
]
ELSEWHERE = replace(INVENTORY.sites["S5"], site_id="X9", name="远方站", region="js/sz/gs")
WORLD = Inventory(
    sites={**INVENTORY.sites, "X9": ELSEWHERE},
    resources=INVENTORY.resources,
    technicians=INVENTORY.technicians,
    customers={one.customer_id: one for one in (*PEOPLE, Customer("K5", "王伟", "1", None, None, ("X9",)))},
)


@pytest.fixture
async def world(connection: Connection) -> Connection:
    await load_inventory(connection, WORLD, prune=False, now=NOW)
    return connection


async def found(connection: Connection, text: str, region: str = "") -> list[str]:
    return [item["id"] for item in await search(connection, text, region)]


MEANT = [
    ("139-0000 0001", ["K1"]),
    ("13900000004", ["K4"]),
    ("1390000", ["K2", "K4", "K1", "K3", "K3"]),
    ("王伟", ["K2", "K1", "K5", "K3", "K3"]),
    ("王伟国", ["K3", "K3"]),
    ("世纪大道100", ["K1"]),
    ("上海市浦东新区世纪大道", ["K1"]),
    ("市场路12", ["K2"]),
    ("100 century", ["K3", "K3"]),
    ("阳光小区", ["K4"]),
    ("Smith_50%", ["K4"]),
    ("Smith%", []),
    ("K1", ["K1"]),
    ("S3", ["S3"]),
    ("远方", ["X9"]),
    ("name of S", ["S1", "S2", "S3", "S4", "S5"]),
    ("nobody like this", []),
]


async def test_what_is_typed_finds_what_it_means(world: Connection) -> None:
    for text, ids in MEANT:
        assert sorted(await found(world, text)) == sorted(ids), text


async def test_the_best_stand_first_a_vip_before_the_others(world: Connection) -> None:
    assert (await found(world, "王伟"))[0] == "K2"
    assert (await found(world, "王伟"))[-1] == "K3"


async def test_a_customer_of_several_places_is_listed_by_place(world: Connection) -> None:
    asks = [item["ask"] for item in await search(world, "王伟国")]
    assert asks == [{"customer_id": "K3", "site": "S1"}, {"customer_id": "K3", "site": "S3"}]


async def test_each_answer_says_how_to_ask_for_its_context(world: Connection) -> None:
    await take_down(world, site="S3")
    outages = []
    for item in await search(world, "王伟国"):
        about = await outage_context(world, now=NOW, **item["ask"])
        outages.append((about["site"], about["incident"], about["customer"]["id"]))
    assert outages == [("S1", None, "K3"), ("S3", "I1", "K3")]


async def test_a_complaint_and_a_position_are_found(world: Connection) -> None:
    complaint = await register(world, phone="13900000001")
    [item] = await search(world, complaint["id"].lower())
    assert (item["kind"], item["id"], item["ask"]) == ("complaint", complaint["id"], {"customer_id": "K1"})
    [place] = await search(world, "31.01，121.002")
    assert (place["kind"], place["ask"]) == ("place", {"latitude": 31.01, "longitude": 121.002})


async def test_in_a_region_only_what_lies_there_is_found(world: Connection) -> None:
    assert await found(world, "王伟", "js/sz") == ["K5"]
    assert await found(world, "远方", "sh") == []
    assert await found(world, "K1", "js") == []


async def test_a_text_that_cannot_be_meant_is_refused(connection: Connection) -> None:
    for text in ("", "   ", "x" * 101, "a\0b"):
        with pytest.raises(Refused):
            await search(connection, text)


async def test_the_context_of_a_customer_that_does_not_exist_is_refused(world: Connection) -> None:
    with pytest.raises(Refused, match="customer"):
        await outage_context(world, customer_id="K99", now=NOW)


async def test_everybody_on_one_number_is_looked_at_and_who_is_out_is_shown(world: Connection) -> None:
    company: dict[str, Any] = {
        f"B{n}": Customer(f"B{n}", f"branch {n}", "02100000000", 31 + n / 100, 121.0, (f"S{n + 1}",)) for n in range(5)
    }
    await load_inventory(world, Inventory(customers=company), prune=False, now=NOW)
    await take_down(world, site="S4")
    about = await outage_context(world, phone="021-0000-0000", now=NOW)
    assert (about["customer"]["id"], about["incident"], len(about["customers"])) == ("B3", "I1", 5)
