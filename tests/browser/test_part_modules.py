"""Single components of the response centre's faces, drawn by themselves on a page that holds nothing else."""

from __future__ import annotations

from playwright.async_api import Page

# Draws a component into a box; what is asked of the server waits until the test answers it.
DRAWN = """
  const { html, render } = await import("/vendor/preact.js");
  const box = document.body.appendChild(document.createElement("div"));
  const settled = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const draw = async (what) => (render(what, box), await settled(), box.textContent.replace(/\\s+/g, " ").trim());
  const asked = [];
  const real = window.fetch;
  window.fetch = (path, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      asked.push({
        path,
        signal,
        answer: async (body, status = 200) => {
          resolve(new Response(JSON.stringify(body), { status }));
          await settled();
          return box.textContent.trim();
        },
      });
    });
  const done = () => {
    window.fetch = real;
    render(null, box);
    box.remove();
  };
"""


async def test_a_server_slower_than_it_is_asked_gets_to_answer(blank: Page) -> None:
    story = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ useFetched }} = await import("/static/parts/use_fetched.js");
          const Shown = ({{ on, path = "/api/v1/x" }}) => useFetched(path, {{ on }}).data?.word ?? "nothing";
          for (const on of [1, 2, 3, 4]) await draw(html`<${{Shown}} on=${{on}} />`);
          const story = [asked.length, asked[0].signal.aborted];
          story.push(await asked[0].answer({{ word: "first" }}), asked.length);
          await draw(html`<${{Shown}} on=${{4}} path="/api/v1/y" />`);
          story.push(asked[1].signal.aborted, asked[2].path);
          done();
          return [...story, asked[2].signal.aborted];
        }}"""
    )
    assert story == [1, False, "first", 2, True, "/api/v1/y", True]


async def test_what_was_fetched_of_one_thing_is_never_drawn_as_another_s(blank: Page) -> None:
    drawn = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ useFetched }} = await import("/static/parts/use_fetched.js");
          const drawn = [];
          const Shown = ({{ path }}) => {{
            drawn.push([path, useFetched(path).data?.word ?? "nothing"].join(" "));
          }};
          await draw(html`<${{Shown}} path="/x" />`);
          await asked[0].answer({{ word: "of x" }});
          await draw(html`<${{Shown}} path="/y" />`);
          await asked[1].answer({{ word: "of y" }});
          await draw(html`<${{Shown}} path="/x" />`);
          done();
          return [...new Set(drawn)];
        }}"""
    )
    assert drawn == ["/x nothing", "/x of x", "/y nothing", "/y of y"]


async def test_every_part_of_a_page_hears_that_the_theme_is_another(blank: Page) -> None:
    told = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ applyTheme, useTheme }} = await import("/static/parts/hooks.js");
          applyTheme();
          const Chart = () => useTheme()[0];
          const Header = () => {{
            const [, toggle] = useTheme();
            return html`<button onClick=${{toggle}}></button>`;
          }};
          const first = await draw(html`<${{Chart}} /><${{Header}} />`);
          box.querySelector("button").click();
          await settled();
          const told = [first, box.textContent];
          box.querySelector("button").click();
          for (const event of ["beforeprint", "afterprint"]) {{
            dispatchEvent(new Event(event));
            await settled();
            told.push(box.textContent);
          }}
          done();
          return told;
        }}"""
    )
    assert told == ["dark", "light", "light", "dark"]  # paper is light


async def test_the_steps_of_one_procedure_are_not_ticked_on_another(blank: Page) -> None:
    ticked = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ Steps }} = await import("/static/parts/procedure_steps.js");
          const show = async (of) => {{
            await draw(html`<${{Steps}} of=${{of}} steps=${{["look", "mend"]}} />`);
            return [...box.querySelectorAll("input")].map((input) => input.checked);
          }};
          await show("P1/1");
          box.querySelector("input").click();
          await settled();
          const ticked = [await show("P1/1"), await show("P2/1"), await show("P1/1")];
          done();
          return ticked;
        }}"""
    )
    assert ticked == [[True, False], [False, False], [True, False]]


async def test_the_walls_arrivals_are_on_the_sites_own_clock(blank: Page) -> None:
    words = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ setServerTime }} = await import("/shared/lib/time.js");
          const {{ Next }} = await import("/static/wall/parts.js");
          setServerTime("2026-11-21T08:00:00Z");
          const crew = {{ technician_name: "Li", state: "en_route", planned_arrival_at: "2026-11-21T08:30:00Z" }};
          const down = "2026-11-21T09:00:00Z";
          const site = {{ site: "S1", site_name: "U", time_zone: "Asia/Urumqi", site_down_at: down, crew }};
          const words = await draw(html`<${{Next}} sites=${{[site]}} />`);
          done();
          setServerTime(new Date().toISOString());
          return words;
        }}"""
    )
    assert words.endswith("Li 14:30")  # 16:30 where this browser is


async def test_a_tenants_site_that_could_not_be_fetched_is_there_with_the_next_look(blank: Page) -> None:
    told = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ Sites }} = await import("/static/tenant/sites.js");
          const picture = {{ sites: {{ items: [], total: 0 }}, categories: [] }};
          const look = () => draw(html`<${{Sites}} picture=${{{{ ...picture }}}} detail="S1" />`);
          await look();
          const refused = await asked[0].answer({{ code: "unavailable", reason: "busy", message: "Busy." }}, 503);
          await look();
          const past = {{ outages: [], works: [], fault_reports: [] }};
          await asked[1].answer({{ id: "S1", name: "West", region: "p/c", state: "up", ...past }});
          const shown = box.querySelector("h2").textContent;
          done();
          return [refused.startsWith("Busy."), shown];
        }}"""
    )
    assert told == [True, "West"]


async def test_a_tenants_picture_is_never_an_older_one_than_was_shown(blank: Page) -> None:
    story = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ usePicture }} = await import("/static/tenant/picture.js");
          let look = null;
          const Shown = () => {{
            const picture = usePicture();
            look = picture.again;
            return picture.data?.sites.word ?? "nothing";
          }};
          await draw(html`<${{Shown}} />`);
          const parts = asked.length;
          const after = look(); // something was just said
          const story = [asked.length - parts];
          for (const one of asked.slice(0, parts)) await one.answer({{ items: [], word: "before" }});
          story.push(box.textContent);
          for (const one of asked.slice(parts)) await one.answer({{ items: [], word: "after" }});
          await after;
          await settled();
          story.push(box.textContent, asked.length / parts);
          done();
          return story;
        }}"""
    )
    assert story == [0, "before", "after", 2]


async def test_a_chart_says_its_times_by_the_sites_clock(blank: Page) -> None:
    words = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ Chart }} = await import("/static/parts/chart.js");
          const {{ prototype }} = CanvasRenderingContext2D;
          const {{ fillText }} = prototype;
          const words = new Set();
          prototype.fillText = (said) => words.add(said);
          box.style.width = "800px";
          const from = Date.parse("2026-11-21T17:00:00Z") / 1000;
          const ends = [from, from + 2 * 3600];
          const columns = {{ at: ends, low: [53, 53], mean: [53, 53], high: [53, 53] }};
          const [chart, to] = [(props) => html`<${{Chart}} ...${{props}} />`, ends[1]];
          await draw(chart({{ columns, from, to, limits: [], zone: "Asia/Urumqi", say: String, label: "volts" }}));
          prototype.fillText = fillText;
          done();
          return [...words].filter((word) => word.includes(":") || word.includes("-"));
        }}"""
    )
    assert {"23:30", "11-22", "00:30"} <= set(words), words  # two hours later where this browser is


async def test_what_was_refused_is_not_hidden_by_what_was_done_beside_it(blank: Page) -> None:
    lines = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ say, sayRefusal, Toasts }} = await import("/static/parts/toasts.js");
          const lines = async () => {{
            await settled();
            return [...box.querySelectorAll(".toast span")].map((line) => line.textContent);
          }};
          await draw(html`<${{Toasts}} />`);
          let undone = 0;
          sayRefusal(new Error("A2 has cleared."));
          sayRefusal(new Error("A2 has cleared."));
          say({{ text: "1 acknowledged", undo: () => (undone += 1) }});
          const first = await lines();
          say({{ text: "2 acknowledged", undo: () => (undone += 1) }});
          const second = await lines();
          box.querySelector("button").click();
          const third = await lines();
          done();
          return [first, second, third, undone];
        }}"""
    )
    refused = "A2 has cleared."
    assert lines == [[refused, "1 acknowledged"], [refused, "2 acknowledged"], [refused], 1]


async def test_words_that_did_not_come_are_asked_for_again(blank: Page) -> None:
    said = await blank.evaluate(
        f"""async () => {{
          {DRAWN}
          const {{ alarmType, followCatalogue }} = await import("/static/words/catalogue.js");
          const later = window.setTimeout;
          const waits = [];
          let told = 0;
          const end = followCatalogue(() => (told += 1));
          window.setTimeout = (run, ms) => (ms > 1000 ? waits.push(run) : later.call(window, run, ms));
          asked[0].answer({{ code: "unavailable", reason: "busy", message: "Busy." }}, 503);
          while (!waits.length) await new Promise(requestAnimationFrame);
          window.setTimeout = later;
          const said = [alarmType("door-open")];
          waits[0]();
          const words = {{ id: "door-open", zh: "门开", en: "Door open" }};
          await asked[1].answer({{ items: [words] }});
          said.push(alarmType("door-open"), told);
          end();
          done();
          return said;
        }}"""
    )
    assert said == ["door-open", "Door open", 1]
