/**
 * The top of the console: the one most urgent thing as a sentence, how old the picture is, and who is looking.
 */

import { html, useMemo } from "/vendor/preact.js";
import { signOut } from "/shared/lib/api.js";
import { lang, setLang, t } from "/shared/lib/i18n.js";
import { clock, duration, full, now } from "/shared/lib/time.js";
import { useTheme, useTick } from "../parts/hooks.js";
import { phrase } from "../parts/phrase.js";
import { sayRefusal } from "../parts/toasts.js";
import { searchOf } from "../state/route.js";
import { mostUrgent } from "../state/urgency.js";

/** @typedef {import("../state/board.js").Board} Board */

const AGAIN_EVERY_MS = 5_000;
const STALE_MS = 10_000;

/** @param {{board: Board, revision: number, session: import("/shared/lib/api.js").Session, onHelp: () => void}} props */
export function Header({ board, revision, session, onHelp }) {
  const time = useTick();
  return html`<header class="top">
    <${Urgent} board=${board} revision=${revision} time=${time} />
    <div class="top-side">
      <${LiveState} board=${board} />
      <${Preferences} />
      <span class="top-user" title=${t(`role.${session.user.role}`)}>${session.user.name}</span>
      <button class="button button-quiet" onClick=${() => void signOut().catch(sayRefusal)}>${t("sign_out")}</button>
      <button class="button button-quiet" onClick=${onHelp} aria-label=${t("key.help")} title=${t("key.help")}>?</button>
    </div>
  </header>`;
}

/** @param {{board: Board, revision: number, time: number}} props */
function Urgent({ board, revision, time }) {
  const urgent = useMemo(
    () => mostUrgent(board.items("incident").values(), board.sorted.items, board.items("work_order").values(), time),
    [revision, Math.floor(time / AGAIN_EVERY_MS)],
  );
  if (!board.loaded) return html`<h1 class="urgent">${t("loading")}</h1>`;
  return html`<h1 class=${`urgent urgent-${urgent.kind}`}>${sentence(urgent)}</h1>`;
}

/** @param {import("../state/urgency.js").Urgency} urgent */
function sentence({ kind, count, underWay }) {
  const where = kind === "critical" ? searchOf({ view: "alarms", state: "new", severities: ["critical"] }) : searchOf({ view: "incidents" });
  const what = html`<a href=${where}>${t(`urgent.${kind}.what`, { n: count })}</a>`;
  const crews = underWay ? html`<a href=${searchOf({ view: "work" })}>${t("urgent.crews", { n: underWay })}</a>` : t("urgent.no_crews");
  return phrase(`urgent.${kind}`, { what, crews }, { n: count });
}

/** How old the picture is; said plainly once it is older than it should be.
 * @param {{board: Board}} props */
export function LiveState({ board }) {
  const { link, asOf } = board.state;
  const age = asOf === null ? 0 : now() - asOf;
  const old = asOf !== null && (link === "stale" || (link !== "live" && age > STALE_MS));
  if (old) return html`<span class="live live-stale" role="status">▲ ${t("live.stale", { time: duration(age / 1000), since: clock(new Date(asOf).toISOString()) })}</span>`;
  if (link === "live" && asOf !== null) {
    return html`<span class="live" title=${full(new Date(asOf).toISOString())}><i class="live-dot" aria-hidden="true"></i>${t("live.live")}</span>`;
  }
  return html`<span class="live muted">${t(`live.${link}`)}</span>`;
}

/** Language and theme. */
export function Preferences() {
  const [theme, toggleTheme] = useTheme();
  const other = lang() === "zh" ? "en" : "zh";
  return html`<button class="button button-quiet" lang=${other} onClick=${() => setLang(other)}>${other === "zh" ? "中文" : "English"}</button>
    <button class="button button-quiet" onClick=${toggleTheme}>${t(theme === "light" ? "theme.dark" : "theme.light")}</button>`;
}
