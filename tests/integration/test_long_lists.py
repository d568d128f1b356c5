"""Lists find the same rows whether few are named by an index or all are walked through, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dashboards.routes.alarms import at_site
from dashboards.routes.common import ALARMS, COMPLAINTS, INCIDENTS, TICKETS
from dashboards.routes.complaints import Question, filters_of
from guywire.database import Connection
from guywire.identity import User
from guywire.inventory import Customer, Inventory, Site
from guywire.inventory.store import load_inventory
from guywire.model import Role
from guywire.web.listing import Filter, Listing, Paging, list_page, within

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
REGIONS = {"S1": "p/c/a", "S2": "p/c/b", "S3": "p/c/ab", "S4": "q/c/a"}
LEADER = User("lee", Role.SHIFT_LEADER, "", "", "")
MANAGER = User("amy", Role.AREA_MANAGER, "p/c/a", "", "")
SAID = [
    ("没有信号，解放路12号", "13800000001", "K1", "S1"),
    ("上网很慢", "13800000002", "K2", "S2"),
    ("No Signal at 100% of the house", "13800000003", "", "S3"),
    ("解放路_12号没有 信号", "", "K1", "S4"),
    ("号", "", "", ""),
]
SOUGHT = (
    *("信号", "号", "没有信号", "解放 号", "12号", "没有这样的", "SIGNAL", "100%", "%", "_", "\\", "0%", "路_1"),
    *("138", "800000001", "王小明", "小明 上网", "c3", "C", "s1", "site s2", "1", "no  house", "信号 信号"),
)


def _inventory(name_of_k1: str = "王小明", name_of_s2: str = "site S2") -> Inventory:
    names = dict.fromkeys(REGIONS, "tower") | {"S2": name_of_s2}
    return Inventory(
        sites={
            key: Site(key, names[key], 31.0, 121.0, region, "B", ("mobile",), time_zone="Asia/Shanghai")
            for key, region in REGIONS.items()
        },
        customers={
            "K1": Customer("K1", name_of_k1, "13800000001", None, None, ("S1",), False, "mobile"),
            "K2": Customer("K2", "Li", "13800000002", None, None, ("S2",), False, "mobile"),
        },
    )


@pytest.fixture
async def complaints(connection: Connection) -> Connection:
    await load_inventory(connection, _inventory(), False, NOW)
    for number, (text, phone, customer, site) in enumerate(SAID, 1):
        await connection.execute(
            "INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, customer_id, site_id,"
            " registered_at, registered_by) VALUES (%s, 'open', 'phone', %s, %s, %s, %s, %s, 'ann')",
            (f"C{number}", text, phone, customer, site, NOW - timedelta(minutes=number)),
        )
    return connection


async def test_words_are_found_anywhere_in_a_complaint_however_often_they_occur(complaints: Connection) -> None:
    names = {"K1": "王小明", "K2": "Li", "": ""}
    at = {site: "site S2" if site == "S2" else "tower" for site in REGIONS} | {"": ""}
    held = {
        f"C{number}": f"c{number} {text} {names[customer]} {phone} {site} {at[site]}".lower()
        for number, (text, phone, customer, site) in enumerate(SAID, 1)
    }
    for words in SOUGHT:
        expected = [key for key, text in held.items() if all(word in text for word in words.lower().split())]
        assert await _asked(complaints, text=words) == expected, words


async def test_a_complaint_is_found_by_the_names_and_words_that_it_has_now(complaints: Connection) -> None:
    await load_inventory(complaints, _inventory("赵大伟", "bridge"), False, NOW)
    await complaints.execute("UPDATE complaints.complaint SET text = 'noise' WHERE complaint_id = 'C5'")
    assert await _asked(complaints, text="王小明") == await _asked(complaints, text="site") == []
    assert await _asked(complaints, text="赵大伟") == ["C1", "C4"]
    assert await _asked(complaints, text="bridge") == ["C2"]
    assert await _asked(complaints, text="noise") == ["C5"]


async def test_pages_of_what_was_sought_hold_all_of_it_once(complaints: Connection) -> None:
    assert await _paged(complaints, COMPLAINTS, filters_of(Question(text="号"), LEADER), 2) == ["C1", "C4", "C5"]


async def test_a_region_has_what_touches_it_whether_it_is_little_or_much(complaints: Connection) -> None:
    """I1 and T1 stand in the area, I2 and T2 reach into it; the neighbour whose name begins alike is another."""
    await _add_network(complaints)
    for shown, expected in ((INCIDENTS, ["I1", "I2"]), (TICKETS, ["T1", "T2"]), (ALARMS, ["A1"])):
        assert await _paged(complaints, shown, within(MANAGER, shown.view), 1) == expected, shown.view
    assert await _paged(complaints, ALARMS, [at_site("S2")], 1) == ["A2"]
    assert await _asked(complaints, MANAGER) == ["C1"]


async def _add_network(connection: Connection) -> None:
    """An incident with its ticket and an alarm at each site; those of S2 reach to S1."""
    for number, site in enumerate(REGIONS, 1):
        at = NOW - timedelta(minutes=number)
        await connection.execute(
            "INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind,"
            " root_site_id, root_resource, root_alarm_type) VALUES (%s, 'open', 'p/c', 't', 'major', %s, 'alarm', %s,"
            " 'r', 'mains-failure')",
            (f"I{number}", at, site),
        )
        await connection.execute(
            "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
            " raised_at, received_at, changed_at)"
            " VALUES (%s, %s, 'r', 'mains-failure', '', 'p/c', 'major', %s, %s, %s)",
            (f"A{number}", site, at, at, at),
        )
        await connection.execute(
            "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
            " opened_by) VALUES (%s, %s, %s, 'p/c', 'in_progress', 2, 't', %s, 'x')",
            (f"T{number}", f"o{number}", site, at),
        )
    await connection.execute("INSERT INTO correlation.outage (incident_id, site_id) VALUES ('I2', 'S1'), ('I2', 'S2')")
    await connection.execute(
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state, opened_at)"
        " VALUES ('N1', 'T2', 'S1', 'p/c', 'repair', 's', 2, 'open', %s)",
        (NOW,),
    )


async def _asked(connection: Connection, user: User = LEADER, text: str | None = None) -> list[str]:
    return await _paged(connection, COMPLAINTS, filters_of(Question(text=text), user), 200)


async def _paged(connection: Connection, shown: Listing, filters: Sequence[Filter], size: int) -> list[str]:
    """The ids of all pages, which are the same where what an index names is too much, and all is walked through."""
    too_much = [one._replace(ids=one.ids._replace(few=0) if one.ids else None) for one in filters]
    by_index, walking = [await _pages(connection, shown, each, size) for each in (filters, too_much)]
    assert by_index == walking
    return by_index


async def _pages(connection: Connection, shown: Listing, filters: Sequence[Filter], size: int) -> list[str]:
    ids: list[str] = []
    after: str | None = None
    while True:
        answer = msgspec.json.decode(bytes((await list_page(connection, shown, filters, Paging(size, after))).body))
        ids += [item["id"] for item in answer["items"]]
        if (after := answer["next"]) is None:
            return ids
