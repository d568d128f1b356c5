"""The desk's own reckoning, asked of its modules: what was typed, the category, the queues, a storm, the time line."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.modules import Modules

MAKE = """
const NOW = Date.parse("2026-11-22T08:00:00Z");
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const complaint = (id, more = {}) => ({id, state: "open", incident: null, parent: null, children: 0, vip: false,
  heat: "calm", owner: null, due_at: null, promise_due_at: null, call_back_at: null, asked_at: null, restored_at: null,
  leader_at: null, leader_reason: null, still_out_at: null, satisfied_at: null, promises: [],
  registered_at: at(-60), ...more});
const categories = ["no_signal", "slow_data", "billing", "other"].map((id) => ({id}));
"""


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, MAKE)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("138-0013-8000", {"phone": "138-0013-8000"}),
        (" 30.24, 120.05 ", {"latitude": 30.24, "longitude": 120.05}),
        ("S2", {"site": "S2"}),
        ("  ", None),
    ],
)
async def test_the_box_tells_a_number_a_place_and_a_name_apart(modules: Modules, typed: str, asked: Any) -> None:
    assert await modules.ask("ask", "parseAsk", f"return parseAsk({typed!r})") == asked


async def test_the_telephone_system_says_who_calls_and_which_call_it_is(modules: Modules) -> None:
    popped = await modules.ask(
        "ask", "popOf",
        'return [popOf("?phone=138&call=7&channel=app"), popOf("?customer_id=C1&site=S2&phone=138"), popOf("")]',
    )  # fmt: skip
    assert popped == [
        {"id": "7", "channel": "app", "text": "138", "ask": {"phone": "138"}},
        {"id": "", "channel": "phone", "text": "138", "ask": {"customer_id": "C1", "site": "S2"}},
        {"id": "", "channel": "phone", "text": "", "ask": None},
    ]


@pytest.mark.parametrize(
    ("said", "out", "category"),
    [
        ("家里没有信号", False, "no_signal"),
        ("上网很慢", True, "slow_data"),
        ("my bill is wrong", True, "billing"),
        ("the noise of the tower", False, "other"),
        ("it is broken", True, "no_signal"),
        ("", False, "no_signal"),
    ],
)
async def test_the_category_is_guessed_from_the_words_then_from_the_outage(
    modules: Modules, said: str, out: bool, category: str
) -> None:
    script = f"return guessCategory({said!r}, {str(out).lower()}, categories)"
    assert await modules.ask("desk_guess", "guessCategory", script) == category


async def test_each_queue_holds_what_it_is_for_first_what_breaks_first(modules: Modules) -> None:
    queues = await modules.ask(
        "desk_queue", "queueOf, QUEUES",
        """
        const all = [
          complaint("C1", {owner: "me", due_at: at(30)}),
          complaint("C2", {owner: "me", due_at: at(40), promise_due_at: at(10)}),
          complaint("C3", {state: "restored", restored_at: at(-30), call_back_at: at(-15)}),
          complaint("C4", {state: "restored", restored_at: at(-20), call_back_at: at(-5), vip: true}),
          complaint("C5", {state: "restored", restored_at: at(-20), call_back_at: at(5)}),
          complaint("C6", {due_at: at(-1), registered_at: at(-10)}),
          complaint("C7", {leader_at: at(-9), leader_reason: "heated"}),
          complaint("C8", {state: "closed", leader_at: at(-19), leader_reason: "dissatisfied"}),
          complaint("C9", {state: "closed", owner: "me"}),
        ];
        return Object.fromEntries(QUEUES.map((name) => [name, queueOf(all, name, "me", NOW).map(({id}) => id)]));
        """,
    )  # fmt: skip
    assert queues == {
        "mine": ["C2", "C1"],
        "call_back": ["C4", "C3"],
        "overdue": ["C6"],
        "promises": ["C2"],
        "leader": ["C8", "C7"],
        "all": ["C6", "C1", "C2", "C3", "C4", "C5", "C7"],
    }


async def test_five_hundred_complaints_of_one_outage_are_one_line_with_its_count(modules: Modules) -> None:
    folded = await modules.ask(
        "desk_queue", "foldLines, toMerge",
        """
        const storm = Array.from({length: 500}, (_, n) =>
          complaint(`S${n}`, {incident: "I1", vip: n < 3, heat: n === 7 ? "heated" : "calm"}));
        const two = [complaint("A", {incident: "I2"}), complaint("B", {incident: "I2"})];
        const parent = complaint("P", {children: 40});
        const lines = foldLines([...two, ...storm, parent, complaint("Q", {parent: "P"})]);
        return lines.map((line) => [line.lead.id, line.count, line.vips, line.heated, toMerge(line).length]);
        """,
    )  # fmt: skip
    assert folded == [["A", 1, 0, 0, 0], ["B", 1, 0, 0, 0], ["S0", 500, 3, 1, 499], ["P", 41, 0, 0, 0]]


async def test_a_conversation_stands_in_the_order_of_time_without_what_never_went_out(modules: Modules) -> None:
    said = await modules.ask(
        "desk_talk", "conversation, callTime",
        """
        const contact = {id: "K1", at: at(-5), direction: "in", channel: "phone", by: "b", text: "hello", outcome: ""};
        const message = (id, state, sent_at = null) =>
          ({id, at: at(-9), sent_at, next_at: null, words: {zh: "中", en: id}, state, kind: "restored"});
        const sent = [message("M1", "obsolete"), message("M2", "sent", at(-1)), message("M3", "waiting")];
        const talk = conversation([contact], sent, "en");
        return [talk.map(({id, side, text, delivery}) => [id, side, text, delivery]), callTime(75), callTime(3700)];
        """,
    )  # fmt: skip
    assert said == [
        [["M3", "out", "M3", "waiting"], ["K1", "in", "hello", ""], ["M2", "out", "M2", "sent"]],
        "01:15",
        "1:01:40",
    ]


async def test_the_time_line_keeps_its_moments_in_order_however_late_it_is(modules: Modules) -> None:
    places = await modules.ask(
        "desk_line", "placesOnLine",
        """
        const expected = {at: at(60), earliest: at(30), latest: at(120)};
        const early = placesOnLine({since: at(-60), now: NOW, expected, arrival: at(20)});
        const late = placesOnLine({since: at(-60), now: NOW + 9e6, expected, arrival: null});
        return [early, late].map(({now, arrival, earliest, end, latest}) => [now, arrival, earliest, end, latest]);
        """,
    )  # fmt: skip
    early, late = places
    assert early == sorted(early)
    assert early[0] > 0
    assert early[-1] < 100
    now, arrival, *interval = late
    assert arrival is None
    assert interval == sorted(interval)
    assert interval[-1] < now < 100


async def test_steps_follow_the_state_and_closing_says_what_stands_in_its_way(modules: Modules) -> None:
    answers = await modules.ask(
        "desk_steps", "stepsOf, closingIsRefused, dueChoices, STEP_KEYS",
        """
        const keysOf = (one) => stepsOf(one, "me", true).map((step) => STEP_KEYS[step]);
        const states = ["open", "linked", "restored", "closed"];
        const all = states.map((state) => keysOf(complaint("C", {state, parent: "P"})));
        return [
          all.every((keys) => new Set(keys).size === keys.length),
          stepsOf(complaint("C", {state: "restored"}), "me", false).slice(0, 3),
          stepsOf(complaint("C", {state: "closed", satisfaction: 4}), "me", false),
          closingIsRefused(complaint("C", {vip: true})),
          closingIsRefused(complaint("C", {promises: [{state: "standing"}]})),
          closingIsRefused(complaint("C", {promises: [{state: "kept"}]})),
          dueChoices(240),
        ];
        """,
    )  # fmt: skip
    assert answers == [
        True,
        ["back", "still_out", "not_reached"],
        ["reopen", "note"],
        "vip_not_satisfied",
        "promise_stands",
        "",
        [15, 30, 60, 120, 240],
    ]


async def test_a_correction_says_only_what_was_corrected(modules: Modules) -> None:
    said = await modules.ask(
        "desk_steps", "changesOf",
        """
        const shown = complaint("C", {category: "no_data", heat: "calm", text: "slow", language: "zh"});
        const fields = {category: "no_data", heat: "heated", text: "slow\\nagain", language: "zh"};
        return [changesOf(fields, shown), changesOf({heat: "calm"}, shown)];
        """,
    )  # fmt: skip
    assert said == [{"heat": "heated", "text": "slow\nagain"}, {}]
