"""What the desk's contacts and its map reckon, asked of their modules: since when, about whom, where the map opens."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.modules import Modules


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, "")


async def test_today_begins_at_the_desks_own_midnight(modules: Modules) -> None:
    spans = await modules.ask(
        "contacts", "startOf, SPANS",
        """
        const noon = new Date(2026, 10, 22, 12).getTime();
        return SPANS.map((span) => {
          const start = startOf(span, noon) && new Date(startOf(span, noon));
          return start && [start.getMonth(), start.getDate(), start.getHours(), start.getMinutes()];
        });
        """,
    )  # fmt: skip
    assert spans == [[10, 22, 0, 0], [10, 16, 0, 0], None]


async def test_a_contact_leads_to_the_customer_else_the_number_else_the_site(modules: Modules) -> None:
    asked = await modules.ask(
        "contacts", "askOf",
        """
        const nobody = {customer: null, phone: null, site: null};
        return [
          {customer: "C1", phone: "138", site: "S1"}, {phone: "138", site: "S1"},
          {phone: "li@example.com"}, {site: "S1"},
        ].map((one) => askOf({...nobody, ...one}));
        """,
    )  # fmt: skip
    assert asked == [{"customer_id": "C1"}, {"phone": "138"}, None, {"site": "S1"}]


async def test_the_map_opens_at_the_customer_else_over_the_area(modules: Modules) -> None:
    opened = await modules.ask(
        "desk_place", "openingOf",
        """
        const home = {latitude: 30.2, longitude: 120.1, sites: [{region: "z/h/x"}]};
        const lost = {latitude: null, longitude: null, sites: [{region: "z/h/x"}]};
        const pointed = {latitude: 1.5, longitude: 2.5};
        const out = {region: "z/h/y"};
        return [openingOf(pointed, out, home, ""), openingOf({phone: "138"}, out, home, ""),
          openingOf({phone: "138"}, {region: null}, lost, ""), openingOf(null, null, null, "z")];
        """,
    )  # fmt: skip
    assert opened == [
        {"at": {"latitude": 1.5, "longitude": 2.5}, "region": "z/h/y"},
        {"at": {"latitude": 30.2, "longitude": 120.1}, "region": "z/h/y"},
        {"at": None, "region": "z/h/x"},
        {"at": None, "region": "z"},
    ]


async def test_what_is_kept_of_an_answer_says_whom_and_where(modules: Modules) -> None:
    bodies = await modules.ask(
        "desk_call", "answeredOf",
        """
        const taken = {channel: "phone", call: "7", text: "asked"};
        return [answeredOf({phone: "138"}, {customer: {id: "C1"}, site: "S1"}, taken),
          answeredOf({latitude: 1, longitude: 2}, {customer: null, site: null}, taken)];
        """,
    )  # fmt: skip
    taken = {"channel": "phone", "call": "7", "text": "asked"}
    assert bodies == [
        {**taken, "phone": "138", "customer_id": "C1", "site": "S1"},
        {**taken, "phone": "", "customer_id": "", "site": ""},
    ]
