"""Answers that come late, in part, or never: what the modules that all faces share make of them, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, Route

# A socket whose messages the test says, and an answer that the test gives when it likes.
HELD = """
  const { follow } = await import("/shared/lib/live.js");
  class Wire {
    constructor() {
      Wire.last = this;
      this.readyState = WebSocket.CONNECTING;
      queueMicrotask(() => {
        this.readyState = Real.OPEN;
        this.onopen();
      });
    }
    send() {}
    close() {}
    say(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
  }
  const Real = window.WebSocket;
  Wire.OPEN = Real.OPEN;
  window.WebSocket = Wire;
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const hello = { type: "hello", topics: ["inventory", "alarm"], seq: { p: 1 }, now: new Date().toISOString() };
  const changed = (seq, topic, body) =>
    ({ type: "changes", changes: [{ publisher: "p", seq, at: hello.now, topic, id: body.id, domain: "", body }] });
  const asked = [];
  const load = () => new Promise((resolve) => asked.push((word) => resolve(new Map([["S1", word]]))));
  let told = 0;
  const feed = follow({
    collections: { site: { load, topic: "inventory" }, alarm: { keep: ({ state }) => state === "active" } },
    onUpdate: () => (told += 1),
    onState: () => {},
  });
  await settled();
  Wire.last.say(hello);
"""


@asynccontextmanager
async def _answered(page: Page, path: str, answer: Any) -> AsyncIterator[None]:
    await page.route(path, answer)
    try:
        yield
    finally:
        await page.unroute(path)


async def test_an_answer_that_breaks_off_is_none(blank: Page) -> None:
    async def half(route: Route) -> None:
        await route.fulfill(status=200, content_type="application/json", body='{"items": [')

    async with _answered(blank, "**/api/v1/sites", half):
        told = await blank.evaluate(
            """async () => {
              const { get } = await import("/shared/lib/api.js");
              return get("/api/v1/sites").catch(({ code, status }) => [code, status]);
            }"""
        )
    assert told == ["unreachable", 0]


async def test_a_snapshot_of_which_no_more_comes_is_given_up(blank: Page) -> None:
    async with _answered(blank, "**/api/v1/live/snapshot*", lambda _: None):
        told = await blank.evaluate(
            """async () => {
              const { readSnapshot } = await import("/shared/lib/snapshot.js");
              const real = window.setTimeout;
              window.setTimeout = (run, ms) => real(run, ms / 1000);
              const hearer = { onBegin: () => {}, onRows: () => {}, signal: new AbortController().signal };
              const late = new Promise((resolve) => real(resolve, 5000, "waits still"));
              return Promise.race([late, readSnapshot(["alarm"], hearer).then(() => "read", (error) => error.name)]);
            }"""
        )
    assert told == "AbortError"


async def test_what_the_feed_took_away_is_not_brought_back_by_a_late_answer(blank: Page) -> None:
    held = await blank.evaluate(
        f"""async () => {{
          {HELD}
          asked[0]("first");
          await settled();
          const ids = () => [...feed.items("alarm").keys()];
          const alarm = {{ id: "A1", state: "active", version: 3 }};
          Wire.last.say(changed(2, "alarm", alarm));
          Wire.last.say(changed(3, "alarm", {{ ...alarm, state: "cleared", version: 5 }}));
          feed.apply("alarm", {{ ...alarm, version: 4 }}); // what a POST answered, on its way for longer
          const late = ids();
          feed.apply("alarm", {{ ...alarm, version: 6 }}); // raised anew since
          const anew = ids();
          feed.apply("alarm", {{ ...alarm, state: "cleared", version: 6 }}); // a hope,
          feed.apply("alarm", {{ ...alarm, version: 6 }}); // refused
          const refused = ids();
          feed.close();
          return [late, anew, refused];
        }}"""
    )
    assert held == [[], ["A1"], ["A1"]]


async def test_a_list_asked_for_before_a_new_beginning_does_not_stay(blank: Page) -> None:
    held = await blank.evaluate(
        f"""async () => {{
          {HELD}
          asked[0]("first");
          await settled();
          Wire.last.say(changed(2, "inventory", {{ id: "S1" }})); // asks anew, and that takes long
          Wire.last.say({{ ...hello, type: "resync" }});
          await settled();
          asked[2]("new beginning");
          await settled();
          asked[1]("old");
          await settled();
          asked[3]?.("newest");
          await settled();
          feed.close();
          return feed.items("site").get("S1");
        }}"""
    )
    assert held == "newest"


async def test_a_closed_feed_says_nothing_more(blank: Page) -> None:
    told = await blank.evaluate(
        f"""async () => {{
          {HELD}
          asked[0]("first");
          await settled();
          Wire.last.say(changed(2, "inventory", {{ id: "S1" }}));
          await settled();
          feed.close();
          const before = told;
          asked[1]("late");
          await new Promise((resolve) => setTimeout(resolve, 20)); // longer than news are gathered
          return [told - before, feed.items("site").get("S1")];
        }}"""
    )
    assert told == [0, "first"]


async def test_who_asks_meanwhile_gets_one_more_answer_after_it(blank: Page) -> None:
    story = await blank.evaluate(
        """async () => {
          const { inTurn } = await import("/shared/lib/in_turn.js");
          const answers = [];
          const story = [];
          const look = inTurn(() => new Promise((resolve, reject) => answers.push([resolve, reject])));
          const first = look().then(() => story.push("first"));
          const both = [look(), look()].map((one) => one.then(() => story.push("later"), () => story.push("broke")));
          story.push(answers.length);
          answers[0][0]();
          await first;
          story.push(answers.length);
          answers[1][1](new Error("it broke"));
          await Promise.all(both);
          void look();
          return [...story, answers.length];
        }"""
    )
    assert story == [1, "first", 2, "broke", "broke", 3]


async def test_what_is_sent_as_the_page_is_left_goes_on_without_it(blank: Page) -> None:
    kept = await blank.evaluate(
        """async () => {
          const { postOpenly } = await import("/shared/lib/api.js");
          const kept = [];
          const real = window.fetch;
          window.fetch = async (_, { keepalive }) => (kept.push(keepalive), new Response(null, { status: 204 }));
          for (const event of ["pagehide", "pageshow"]) {
            dispatchEvent(new Event(event));
            await postOpenly("/api/v1/x");
          }
          window.fetch = real;
          return kept;
        }"""
    )
    assert kept == [True, False]
