"""The modules of the field app that decide, in a real browser: what they say is what the server says."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page

from guywire.vague import is_vague, vague_words
from tests.browser.conftest import Services

PHRASES = [
    "fixed", "OK.", "Done!", "replaced module 2", "ok ok ok", "x", "", "  ", "the fault was fixed", "all good",
    "53.5 V", "ALL DONE, thanks", "checked and closed", "it is working now", "rebooted", "naïve",
    "已修复了", "修好了", "换", "好了好了", "更换整流模块，电压恢复", "故障已恢复。", "已经修复啦", "処理",
]  # fmt: skip

VAGUE = """async ([phrases, words]) => {
  const { isVague } = await import('/static/state/vague.js');
  return phrases.map((phrase) => isVague(phrase, words));
}"""
THINNED = """async ([many, most]) => {
  const { thinned } = await import('/static/state/thin.js');
  return thinned([...Array(many).keys()], most);
}"""
VERDICTS = """async (answers) => {
  const { verdictOn } = await import('/static/state/verdict.js');
  return answers.map(([status, reason, tries]) => verdictOn({ status, reason }, tries));
}"""
SHOWN = """async ([state, items]) => {
  const { expected } = await import('/static/state/expected.js');
  const order = { id: 'W1', state, ended_at: state === 'withdrawn' ? 'x' : null };
  return expected({ orders: [order] }, items, [])[0].state;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(blank: Page, faces: Services) -> Page:
    await blank.goto(f"{faces.address_of('field_app_api')}/health")
    return blank


async def test_the_phone_finds_vague_what_the_server_finds_vague(page: Page) -> None:
    words = sorted(vague_words(frozenset({"rebooted"})))
    told = await page.evaluate(VAGUE, [PHRASES, words])
    assert told == [is_vague(phrase, frozenset({"rebooted"})) for phrase in PHRASES]


async def test_thinning_keeps_the_ends_of_the_way_and_the_newest_fixes(page: Page) -> None:
    left = await page.evaluate(THINNED, [2000, 600])
    assert len(left) <= 600
    assert left == sorted(left)
    assert left[0] == 0
    assert left[-200:] == list(range(1800, 2000))
    assert await page.evaluate(THINNED, [10, 600]) == list(range(10))


async def test_only_what_will_never_pass_is_set_aside(page: Page) -> None:
    answers: dict[tuple[int, str, int], str] = {
        (0, "no_answer", 0): "later",
        (401, "not_signed_in", 0): "later",
        (403, "csrf_missing", 0): "later",
        (429, "busy", 0): "later",
        (503, "database", 9): "later",
        (500, "bug", 0): "broke",
        (500, "bug", 4): "aside",
        (403, "not_your_order", 0): "aside",
        (404, "work_order_not_found", 0): "aside",
        (409, "withdrawn", 0): "aside",
        (413, "body_too_large", 0): "aside",
        (422, "result_is_vague", 0): "aside",
    }
    assert await page.evaluate(VERDICTS, [list(answer) for answer in answers]) == list(answers.values())


async def test_what_was_done_shows_at_once_unless_the_server_knows_better(page: Page) -> None:
    def item(to: str, state: str = "waiting") -> dict[str, Any]:
        return {"kind": "transition", "order": "W1", "state": state, "body": {"to": to, "at": "y"}}

    accepted, gone = item("accepted"), item("en_route")
    assert await page.evaluate(SHOWN, ["offered", [accepted, gone]]) == "en_route"
    assert await page.evaluate(SHOWN, ["offered", [accepted, item("en_route", "aside")]]) == "accepted"
    assert await page.evaluate(SHOWN, ["en_route", [item("accepted", "sent"), item("en_route", "sent")]]) == "en_route"
    assert await page.evaluate(SHOWN, ["withdrawn", [accepted]]) == "withdrawn"
