"""Pages on which things come late, each at random: the suite's screens on a busy machine and a bad line, on purpose.

`GUYWIRE_TEST_LATE=frames,answers,feed make test ARGS=tests/browser` (or some of the three): what then fails waits for
one thing and looks at another, in a test or in a page.
"""

from __future__ import annotations

import os

from playwright.async_api import BrowserContext

FRAMES = """
  const frame = window.requestAnimationFrame.bind(window);
  const cancelled = new Set();
  let ids = 0;
  window.cancelAnimationFrame = (id) => void cancelled.add(id);
  window.requestAnimationFrame = (run) => {
    const id = ++ids;
    setTimeout(() => frame((time) => cancelled.delete(id) || run(time)), 150 + Math.random() * 150);
    return id;
  };
"""
ANSWERS = """
  const ask = window.fetch.bind(window);
  const late = () => new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 600));
  window.fetch = async (...given) => {
    await late();
    const answer = await ask(...given);
    await late();
    return answer;
  };
"""
FEED = """
  const listen = WebSocket.prototype.addEventListener;
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(run) {
      let free = 0;  // one after another, as they came
      listen.call(this, "message", (event) => {
        free = Math.max(performance.now() + 300 + Math.random() * 400, free + 1);
        setTimeout(() => run.call(this, event), free - performance.now());
      });
    },
  });
"""
KINDS = {"frames": FRAMES, "answers": ANSWERS, "feed": FEED}


async def make_late(context: BrowserContext) -> None:
    """Has all pages of a profile wait as the environment says, if it does. Raises KeyError for a kind that is none."""
    for kind in filter(None, os.environ.get("GUYWIRE_TEST_LATE", "").split(",")):
        await context.add_init_script(f"(() => {{{KINDS[kind]}}})()")
