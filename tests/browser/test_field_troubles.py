"""The phone's own modules in trouble: no room, an account that leaves, a browser without locks; in a real browser."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Page

from tests.browser.conftest import Services

# One technician's work on an empty phone; whatever is asked of the server waits for ever.
WORK = """
  const { Work } = await import("/static/work.js");
  const real = { fetch: window.fetch, put: IDBObjectStore.prototype.put };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  window.fetch = () => new Promise(() => {});
  const day = {
    seen: "1", as_of: new Date().toISOString(), person: { id: "T1", time_zone: null }, duty: { on: false }, orders: [],
    plan: [], notices: [], team: [], rules: {},
  };
  const work = new Work({ name: "li", technician_id: "T1" }, () => {});
  const done = () => {
    work.close();
    window.fetch = real.fetch;
    IDBObjectStore.prototype.put = real.put;
  };
"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(blank: Page, faces: Services) -> Page:
    await blank.goto(f"{faces.address_of('field_app_api')}/health")
    return blank


async def test_a_day_that_cannot_be_taken_in_is_asked_for_again_only_after_a_while(page: Page) -> None:
    asked = await page.evaluate(
        """async () => {
          const { followDay } = await import("/static/net/day_news.js");
          const real = { fetch: window.fetch, setTimeout: window.setTimeout, reportError: window.reportError };
          const moment = (resolve) => real.setTimeout.call(window, resolve);
          let asked = 0;
          const said = [];
          const waits = [];
          window.fetch = async () => (asked++, new Response(JSON.stringify({ seen: "1" })));
          window.setTimeout = (_, ms) => waits.push(ms);
          window.reportError = ({ message }) => said.push(message);
          const told = async () => { throw new Error("no room for it"); };
          const news = followDay({ told, failed: () => said.push("failed") });
          while (!waits.length && asked < 9) await new Promise(moment);
          news.close();
          Object.assign(window, real);
          return [asked, waits, said];
        }"""
    )
    assert asked == [1, [1000], ["no room for it"]]


async def test_a_full_phone_shows_the_day_all_the_same(page: Page) -> None:
    shown = await page.evaluate(
        f"""async () => {{
          {WORK}
          IDBObjectStore.prototype.put = () => {{ throw new DOMException("full", "QuotaExceededError"); }};
          await work.take(day, Date.now());
          done();
          return work.day?.seen;
        }}"""
    )
    assert shown == "1"


async def test_an_account_that_leaves_as_it_begins_follows_nothing(page: Page) -> None:
    told = await page.evaluate(
        f"""async () => {{
          {WORK}
          const beginning = work.start();
          work.close();
          await beginning;
          await work.take(day, Date.now()); // was on its way
          await work.changed();
          done();
          return [work.news, work.day];
        }}"""
    )
    assert told == [None, None]


async def test_without_locks_a_page_sends_one_thing_at_a_time_still(page: Page) -> None:
    most = await page.evaluate(
        f"""async () => {{
          {WORK}
          Object.defineProperty(navigator, "locks", {{ value: undefined, configurable: true }});
          let [now, most, turns] = [0, 0, 0];
          work.sender.sendAll = async () => {{
            most = Math.max(most, ++now);
            await settled();
            now--;
            turns++;
          }};
          work.sender.wake();
          await Promise.resolve(); // it sends
          work.sender.wake();
          while (turns < 2) await settled();
          delete navigator.locks;
          done();
          return most;
        }}"""
    )
    assert most == 1


async def test_what_the_phone_keeps_is_opened_again_after_it_could_not_be(page: Page) -> None:
    told = await page.evaluate(
        """async () => {
          const { work } = await import("/static/store/database.js");
          const { open } = IDBFactory.prototype;
          IDBFactory.prototype.open = () => { throw new Error("busy"); };
          const count = () => work(["outbox"], "readonly", async () => "there").catch(({ message }) => message);
          const first = await count();
          IDBFactory.prototype.open = open;
          return [first, await count()];
        }"""
    )
    assert told == ["busy", "there"]
