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
          const { random } = Math;
          Math.random = () => 0.5;
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
          Math.random = random;
          return [asked, waits, said];
        }"""
    )
    assert asked == [1, [1000], ["no room for it"]]


async def test_a_full_phone_shows_the_day_all_the_same(page: Page) -> None:
    shown = await page.evaluate(
        f"""async () => {{
          {WORK}
          IDBObjectStore.prototype.put = () => {{ throw new DOMException("full", "QuotaExceededError"); }};
          await work.told({{ day, etag: "1" }}, Date.now());
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
          await work.told({{ day, etag: "1" }}, Date.now()); // was on its way
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


async def test_a_day_that_is_as_it_was_is_told_again_and_asked_for_by_its_name_even_after_the_line_broke(
    page: Page,
) -> None:
    told = await page.evaluate(
        f"""async () => {{
          {WORK}
          const {{ followDay }} = await import("/static/net/day_news.js");
          const answers = [
            () => new Response(JSON.stringify(day), {{ headers: {{ ETag: 'W/"1"' }} }}),
            () => new Response(null, {{ status: 304, headers: {{ ETag: 'W/"1"', "X-Guywire-As-Of": "later" }} }}),
            () => {{ throw new TypeError("no line"); }},
            () => new Response(null, {{ status: 304, headers: {{ ETag: 'W/"1"' }} }}),
          ];
          const {{ setTimeout }} = window;
          window.setTimeout = (run) => setTimeout(run, 0);
          const asked = [];
          const said = [];
          const over = new Promise((resolve) => {{
            window.fetch = (path, {{ headers }}) => {{
              asked.push([path.split("?")[1] ?? "", headers["If-None-Match"] ?? ""]);
              return answers.length ? (async () => answers.shift()())() : new Promise(resolve);
            }};
          }});
          const listener = {{
            told: async ({{ day, etag }}, _, asOf) => void said.push([day.person.id, etag, asOf]),
            failed: ({{ code }}) => said.push(code),
          }};
          const news = followDay(listener);
          await over;
          news.close();
          window.setTimeout = setTimeout;
          done();
          return [asked, said];
        }}"""
    )
    named, waits = 'W/"1"', "seen=1&wait=25"  # nothing is open
    assert told == [
        [["", ""], [waits, named], [waits, named], ["", named], [waits, named]],
        [["T1", named, None], ["T1", named, "later"], "unreachable", ["T1", named, None]],
    ]


async def test_where_nothing_is_to_be_done_the_page_asks_less_often_and_is_not_old_so_soon(page: Page) -> None:
    seconds = await page.evaluate(
        """async () => {
          const { staleMs } = await import("/static/net/day_news.js");
          const idle = { orders: [{ ended_at: "2026-11-21T08:00:00Z" }], sos: null, watch: null };
          const busy = [{ orders: [{ ended_at: null }] }, { sos: { id: 1 } }, { watch: { until: "" } }];
          return [null, idle, ...busy.map((one) => ({ ...idle, ...one }))].map((day) => staleMs(day) / 1000);
        }"""
    )
    assert seconds == [16, 31, 16, 16, 16]


async def test_what_had_arrived_is_let_go_of_by_a_day_that_was_found_to_be_as_it_was(page: Page) -> None:
    left = await page.evaluate(
        f"""async () => {{
          {WORK}
          const {{ keepItem, itemsOf, markSent }} = await import("/static/store/outbox_rows.js");
          await keepItem("li", {{ kind: "seen", path: "/x", body: {{ ids: [] }}, order: "", chain: "" }});
          const known = {{ day, etag: "1" }};
          await work.told(known, Date.now());
          await markSent((await itemsOf("li"))[0]);
          const sent = work.items.length;
          await work.told(known, Date.now() + 1000); // asked after it had arrived
          done();
          return [sent, work.items.length];
        }}"""
    )
    assert left == [1, 0]


async def test_a_server_without_time_is_asked_ever_more_seldom_at_moments_of_chance_and_nothing_is_lost(
    page: Page,
) -> None:
    told = await page.evaluate(
        f"""async () => {{
          {WORK}
          const json = (body, status = 200) => new Response(JSON.stringify(body), {{ status }});
          const {{ setTimeout }} = window;
          const waits = [];
          const keys = [];
          let refuses = true;
          window.fetch = async (path, {{ headers }}) => {{
            if (path === "/api/v1/session") return json({{ csrf: "c", user: {{ name: "li" }} }});
            keys.push(headers["Idempotency-Key"]);
            return refuses ? json({{ code: "unavailable", reason: "database", message: "no time" }}, 503) : json({{}});
          }};
          window.setTimeout = (run, ms) => (waits.push(ms), setTimeout(run, 0));
          const {{ sender }} = work;
          sender.wake = () => {{}}; // until all of it is there
          await Promise.all(["1", "2", "3"].map((id) => work.put("seen", "/api/v1/me/notices/seen", {{ ids: [id] }})));
          delete sender.wake;
          sender.wake();
          const moment = () => new Promise((resolve) => setTimeout(resolve, 5));
          while (waits.length < 10) await moment();
          const kept = work.items.map(({{ state, tries }}) => [state, tries]);
          const shown = [work.reachable, work.expired, work.waiting, work.aside.length];
          refuses = false;
          while (work.waiting) await moment();
          done();
          window.setTimeout = setTimeout;
          return {{ waits: waits.slice(0, 10), kept, shown, keys: new Set(keys).size }};
        }}"""
    )
    assert told["kept"] == [["waiting", 0]] * 3
    assert told["shown"] == [True, False, 3, 0]
    assert told["keys"] == 3
    by_chance = [wait / min(400 * 2**failures, 60_000) for failures, wait in enumerate(told["waits"])]
    assert all(0.75 <= one < 1.25 for one in by_chance)
    assert len(set(by_chance)) > 5


async def test_a_server_that_refuses_is_not_shown_as_a_line_that_is_gone(page: Page) -> None:
    said = await page.evaluate(
        f"""async () => {{
          {WORK}
          const {{ html, render }} = await import("/vendor/preact.js");
          const {{ Top }} = await import("/static/parts/top.js");
          await import("/static/words/en.js");
          await work.told({{ day, etag: "1" }}, Date.now());
          const box = document.createElement("div");
          const top = () => html`<${{Top}} work=${{work}} title="" back=${{null}} />`;
          const said = () => (render(top(), box), box.querySelector(".net").textContent);
          const live = said();
          work.asOf -= 60_000;
          work.failed({{ status: 503 }});
          const busy = said();
          work.failed({{ status: 0 }});
          const gone = said();
          done();
          render(null, box);
          return [live, busy, gone].map((words) => words.split(",")[0]);
        }}"""
    )
    assert said == ["Live", "Server busy", "No connection"]


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
