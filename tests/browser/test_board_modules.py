"""The queue's and the board's own reckoning, asked of their modules: what runs out first, groups, bars, rows, hours."""

from __future__ import annotations

from math import inf

import pytest
from playwright.async_api import Page

from tests.browser.modules import Modules

MAKE = """
const at = (minute) => new Date(Date.UTC(2026, 10, 21, 8, minute)).toISOString();
const now = Date.parse(at(0));
const ticket = (id, more = {}) => ({
  id, state: "in_progress", priority: 2, opened_at: at(-60), site_down_at: null, hold_until: null, assignee: null,
  assigned_group: null, resolution_proposed_at: null, ...more,
});
const clock = (kind, due, more = {}) => ({
  id: `c${kind}${due}`, kind, ticket: "K1", need: "N1", due_at: at(due), state: "running", ...more,
});
const need = (id, more = {}) => ({
  id, ticket: "K1", site: `S${id}`, site_name: id, state: "open", priority: 2, opened_at: at(-60), site_down_at: null,
  ...more,
});
const order = (id, technician, more = {}) => ({
  id, technician, ticket: "K1", site: "S", site_name: "S", needs: [`N-${id}`], state: "accepted", travel_minutes: 20,
  planned_arrival_at: at(30), on_site_at: null, en_route_at: null, estimated_at: null, mates: [], called: false,
  ...more,
});
const person = (id, more = {}) => ({
  id, name: id, phone: "139", region: "p/c/a", role: "technician", company: "X", skills: ["power"], ...more,
});
const duty = (kind, from, to) => ({duty: [], standby: [], away: [], [kind]: [{since: at(from), until: at(to)}]});
"""


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, MAKE)


async def test_what_runs_out_first_stands_first_and_what_stands_still_does_not_press(modules: Modules) -> None:
    told = await modules.ask(
        "tickets",
        "queueOf",
        """
        const clocks = new Map([
          ["K1", [clock("arrive", 50), clock("restore", 10, {state: "paused"})]], ["K2", [clock("accept", 5)]],
          ["K5", [clock("arrive", 1)]],
        ]);
        const tickets = [
          ticket("K1"), ticket("K2"), ticket("K3", {site_down_at: at(20)}), ticket("K4"),
          ticket("K5", {state: "held", hold_until: at(90)}), ticket("K6", {priority: 1}),
        ];
        return queueOf(tickets, clocks).map(({ticket, due}) => [ticket.id, due && due.kind]);
        """,
    )
    assert told == [["K2", "accept"], ["K3", "battery"], ["K1", "arrive"], ["K6", None], ["K4", None], ["K5", "hold"]]


async def test_a_ticket_waits_for_whoever_must_do_something_about_it(modules: Modules) -> None:
    told = await modules.ask(
        "tickets",
        "isInGroup, GROUP_NAMES",
        """
        const li = {name: "li", mayGrant: true, asked: new Set(["K9"]), now};
        const soon = {kind: "arrive", at: at(5), paused: false};
        const groups = (one, due, reader = li) =>
          GROUP_NAMES.filter((name) => isInGroup({ticket: one, due}, name, reader));
        return [
          groups(ticket("K1", {assignee: "li"}), soon), groups(ticket("K1", {assignee: "wu"}), soon),
          groups(ticket("K1", {assignee: "li", resolution_proposed_at: at(0)}), null), groups(ticket("K9"), null),
          groups(ticket("K9"), null, {...li, mayGrant: false}), groups(ticket("K1", {state: "held"}), null),
          groups(ticket("K1", {state: "resolved", assigned_group: "power"}), null),
        ];
        """,
    )
    assert told == [
        ["all", "mine", "for_me"], ["all"], ["all", "mine", "for_me"], ["all", "unassigned", "for_me"],
        ["all", "unassigned"], ["all", "held"], ["all", "to_close"],
    ]  # fmt: skip


async def test_a_bar_is_drive_and_work_and_says_when_it_comes_too_late(modules: Modules) -> None:
    told = await modules.ask(
        "board_bars",
        "barsOf, placeOn, roomOf",
        """
        const needs = new Map([["N-W1", need("N-W1", {site_down_at: at(10)})], ["N2", need("N2")]]);
        const stops = [
          {order: "W1", need: "N-W1", arrive: at(30), leave: at(90)},
          {order: null, need: "N2", site_name: "later", arrive: at(100), leave: at(145)},
          {order: null, need: "gone", site_name: "gone", arrive: at(200), leave: at(245)},
        ];
        const held = [order("W1", "A"), order("W2", "A", {planned_arrival_at: at(40)})];
        const bars = barsOf(held, {id: "A", stops}, needs, now);
        const minutes = (time) => (time - now) / 60000;
        return [
          bars.map(({id, state, travel, work, late, lane}) =>
            [id, state, minutes(travel.from), minutes(work.from), minutes(work.to), late, lane]),
          placeOn({from: 0, to: 50}, {from: 25, to: 125}), placeOn({from: 0, to: 10}, {from: 10, to: 20}),
          bars.map((bar) => roomOf(bar, bars, {from: now, to: now + 600 * 60000})),
        ];
        """,
    )
    assert told == [
        [
            ["W1", "accepted", 10, 30, 90, 20, 0],
            ["W2", "accepted", 20, 40, 85, None, 1],
            ["N2", "planned", 100, 100, 145, None, 0],
        ],
        {"left": 0, "width": 25},
        None,
        [112.5, inf, inf],  # the next of the lane begins 90 minutes after it, which lasts 80
    ]


async def test_rows_stand_by_need_under_their_groups_and_mates_are_as_busy(modules: Modules) -> None:
    told = await modules.ask(
        "board_rows",
        "personRows, grouped, byOption",
        """
        const technicians = [
          person("free"), person("late"), person("off"), person("away"), person("mate"),
          person("boss", {role: "area_manager"}), person("far", {region: "p/c/b"}),
        ];
        const needs = new Map([["N-W1", need("N-W1", {site_down_at: at(1)})]]);
        const orders = [order("W1", "late", {}), order("W2", "x", {mates: ["mate"]})];
        const duties = new Map([
          ["free", duty("duty", -60, 60)], ["far", duty("standby", -60, 60)], ["off", duty("duty", 60, 90)],
          ["away", duty("away", -60, 60)],
        ]);
        const people = personRows({technicians, orders, plans: new Map(), needs, duties}, now);
        const look = {by: "area", text: "", only: "all"};
        const keys = (rows) => rows.map((row) => row.key);
        return [
          people.map((row) => [row.key, row.standing]), keys(grouped(people, look)),
          keys(grouped(people, {...look, only: "free"})), keys(grouped(people, {...look, by: "company", text: "w1"})),
          keys(byOption(people, [{technician: "off"}, {technician: "nobody"}, {technician: "free"}])),
        ];
        """,
    )
    assert told == [
        [["late", "late"], ["mate", "working"], ["free", "free"], ["far", "standby"], ["off", "off"], ["away", "away"]],
        ["group:p/c/a", "late", "mate", "free", "off", "away", "group:p/c/b", "far"],
        ["group:p/c/a", "free", "group:p/c/b", "far"],
        ["group:X", "late"],
        ["off", "free"],
    ]


async def test_the_tray_holds_what_nobody_has_and_somebody_is_to_be_sent_for(modules: Modules) -> None:
    told = await modules.ask(
        "board_tray",
        "tray",
        """
        const needs = [
          need("N1"), need("N2", {site_down_at: at(9)}), need("N3"), need("N4", {priority: 1}),
          need("N5", {ticket: "K5"}), need("N6"),
        ];
        const call = {needs: ["N1"], called: true, state: "offered"};
        const orders = [order("W1", "A", {needs: ["N3"]}), order("W2", "A", call)];
        const clocks = new Map([["N6", [clock("arrive", 4), clock("accept", 1)]]]);
        const tickets = new Map([["K5", ticket("K5", {state: "held"})]]);
        const waiting = tray(needs, orders, new Map(), clocks, tickets);
        return waiting.map(({need, due}) => [need.id, due?.kind ?? null]);
        """,
    )
    assert told == [["N6", "arrive"], ["N2", "battery"], ["N4", None], ["N1", None]]


async def test_the_hours_go_on_with_the_clock_and_stay_within_reason(modules: Modules) -> None:
    told = await modules.ask(
        "board_axis",
        "START, stretchOf, stretched, moved",
        """
        const {from, to} = stretchOf(START, now + 60000);
        const later = stretchOf(moved(START, 1), now);
        return [from < now && now < to, stretchOf(START, now).from === from, (later.to - to) / 3600000,
          stretched(stretched(START, 0.5), 0.1).hours, stretched(START, 99).hours];
        """,
    )
    assert told == [True, True, 2.25, 3, 48]
