"""The modules that all faces share, in a real browser: collections that stay true, times, words, refusals."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page

from guywire import feed, identity
from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import becomes
from tests.integration.running_console import PASSWORD, running_console
from tests.integration.small_province import NOW, add_alarm, add_site
from tests.ports import free_port

FOLLOW = """async (password) => {
  const {signIn} = await import("/shared/lib/api.js");
  const {follow} = await import("/shared/lib/live.js");
  await signIn("ann", password);
  window.feed = follow({
    collections: {alarm: {path: "/api/v1/alarms", keep: (alarm) => alarm.state === "active"}},
    onUpdate: () => {},
    onState: () => {},
  });
}"""
HELD = "() => [...window.feed.items('alarm').keys()].sort()"
LINK = "() => window.feed.state().link"


async def _becomes(page: Page, script: str, wanted: object) -> None:
    await becomes(page, script, lambda given: given == wanted)


async def _publish(connection: Connection, *alarms: str) -> None:
    await feed.publish(connection, "alarm_correlation", {"alarm": alarms})


async def test_a_collection_stays_true_through_changes_and_a_restart(
    context: BrowserContext, database: Connection, database_url: str
) -> None:
    await identity.add_user(database, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    await add_site(database, "S1")
    await add_alarm(database, "A1", "S1")
    page, port = await context.new_page(), free_port()
    async with running_console(database_url, console_port=port) as console:
        await page.goto(f"{console.url}/health")
        await page.evaluate(FOLLOW, PASSWORD)
        await _becomes(page, HELD, ["A1"])
        await add_alarm(database, "A2", "S1")
        await _publish(database, "A2")
        await _becomes(page, HELD, ["A1", "A2"])
        await _becomes(page, LINK, "live")
    await _becomes(page, LINK, "connecting")
    await database.execute("UPDATE correlation.alarm SET cleared_at = %s WHERE alarm_id = 'A1'", (NOW,))
    await add_alarm(database, "A3", "S1")
    await _publish(database, "A1", "A3")
    async with running_console(database_url, console_port=port):
        await _becomes(page, HELD, ["A2", "A3"])
        await database.execute("UPDATE correlation.alarm SET cleared_at = %s WHERE alarm_id = 'A2'", (NOW,))
        await _publish(database, "A2")
        await _becomes(page, HELD, ["A3"])
        await page.evaluate("() => window.feed.close()")
        await page.close()


async def test_an_older_version_never_replaces_a_newer_one(
    context: BrowserContext, database: Connection, database_url: str
) -> None:
    await identity.add_user(database, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    await add_site(database, "S1")
    await add_alarm(database, "A1", "S1")
    page = await context.new_page()
    async with running_console(database_url) as console:
        await page.goto(f"{console.url}/health")
        await page.evaluate(FOLLOW, PASSWORD)
        await _becomes(page, HELD, ["A1"])
        # what a POST answered, before the feed brings what was decided earlier
        await page.evaluate(
            """() => window.feed.apply("alarm", {...window.feed.items("alarm").get("A1"), version: 9})"""
        )
        await add_alarm(database, "A2", "S1")
        await _publish(database, "A1", "A2")
        await _becomes(page, HELD, ["A1", "A2"])
        assert await page.evaluate("() => window.feed.items('alarm').get('A1').version") == 9
        await page.close()


async def test_a_session_that_ends_is_told(context: BrowserContext, database: Connection, database_url: str) -> None:
    await identity.add_user(database, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    page = await context.new_page()
    async with running_console(database_url) as console:
        await page.goto(f"{console.url}/health")
        await page.evaluate(FOLLOW, PASSWORD)
        await _becomes(page, LINK, "live")
        await database.execute("UPDATE core.token SET revoked_at = now()")
        refused = await page.evaluate(
            """async () => {
              const {get, onSignedOut} = await import("/shared/lib/api.js");
              let told = 0;
              onSignedOut(() => { told += 1; });
              const error = await get("/api/v1/alarms").catch((error) => error);
              return [error.status, error.code, told];
            }"""
        )
        await page.close()
    assert refused == [401, "unauthorized", 1]


TIMES = """async ([now, iso, zone]) => {
  const time = await import("/shared/lib/time.js");
  time.setServerTime(now);
  return [time.relative(iso, zone), time.clock(iso, zone), time.full(iso, zone)];
}"""


async def test_times_are_relative_then_clock_time_in_the_sites_zone(blank: Page) -> None:
    now = "2026-11-21T08:30:00.900Z"
    assert await blank.evaluate(TIMES, [now, "2026-11-21T08:18:00Z", "Asia/Shanghai"]) == [
        "12 min",
        "16:18",
        "2026-11-21 16:18:00 Asia/Shanghai",
    ]
    ahead = await blank.evaluate(TIMES, [now, "2026-11-21T08:51:00Z", "Asia/Shanghai"])
    assert ahead[0] == "in 20 min"
    another_day = await blank.evaluate(TIMES, [now, "2026-11-20T15:00:00Z", "Asia/Urumqi"])
    assert another_day[0] == "11-20 21:00"


async def test_words_follow_the_language_and_the_number(blank: Page) -> None:
    said = await blank.evaluate(
        """async () => {
          const {register, setLang, t} = await import("/shared/lib/i18n.js");
          const {duration} = await import("/shared/lib/time.js");
          const {word, shape, worst} = await import("/shared/lib/severity.js");
          register({zh: {sites: "{n} 个站址"}, en: {sites: {one: "{n} site", other: "{n} sites"}}});
          const out = [];
          for (const lang of ["en", "zh"]) {
            setLang(lang);
            const html = document.documentElement;
            const times = [duration(3900), duration(410000)];
            out.push([t("sites", {n: 1}), t("sites", {n: 2}), word("major"), ...times, html.lang]);
          }
          register({zh: {who: "{by}于{at}在{site}n 同意{n}次"}, en: {}});
          const seams = [t("who", {by: "ann", at: "14:05", site: "西湖3号", n: 2}), t("who", {by: "张伟", n: 1})];
          return [...out, [shape("critical"), worst(["minor", "major", "cleared"]), t("no.such")], seams];
        }"""
    )
    assert said == [
        ["1 site", "2 sites", "Major", "1 h 05 min", "4 d 17 h", "en"],
        ["1 个站址", "2 个站址", "二级", "1 小时 05 分钟", "4 天 17 小时", "zh-CN"],
        ["◆", "major", "no.such"],
        ["ann 于 14:05 在西湖3号 n 同意 2 次", "张伟于{at}在{site}n 同意 1 次"],
    ]
