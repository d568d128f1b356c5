/**
 * The right end of every header: how old the picture is, language, theme, who is there, the way out.
 */

import { html } from "/vendor/preact.js";
import { signOut } from "/shared/lib/api.js";
import { lang, setLang, t } from "/shared/lib/i18n.js";
import { clock, duration, full, now } from "/shared/lib/time.js";
import { useTheme, useTick } from "./hooks.js";
import { sayRefusal } from "./toasts.js";

const STALE_MS = 10_000;

/** @param {{board: import("../state/board.js").Board, session: import("/shared/lib/api.js").Session, onHelp: () => void}} props */
export function TopSide({ board, session, onHelp }) {
  return html`<div class="top-side">
    <${LiveState} board=${board} />
    <${Preferences} />
    <span class="top-user" title=${t(`role.${session.user.role}`)}>${session.user.name}</span>
    <button class="button button-quiet" onClick=${() => void signOut().catch(sayRefusal)}>${t("sign_out")}</button>
    <button class="button button-quiet" onClick=${onHelp} aria-label=${t("key.help")} title=${t("key.help")}>?</button>
  </div>`;
}

/** Whether what is shown is older than it should be; nothing old ever looks live.
 * @param {import("/shared/lib/live.js").State} state */
export function isStale({ link, asOf }) {
  return asOf !== null && (link === "stale" || (link !== "live" && now() - asOf > STALE_MS));
}

/** @param {{board: import("../state/board.js").Board}} props */
function LiveState({ board }) {
  useTick();
  const { link, asOf } = board.state;
  if (asOf !== null && isStale(board.state)) {
    const age = { time: duration((now() - asOf) / 1000), since: clock(new Date(asOf).toISOString()) };
    return html`<span class="live live-stale" role="status">
      <span aria-hidden="true">▲ </span>${t("live.stale", age)}
    </span>`;
  }
  if (link !== "live" || asOf === null) return html`<span class="live muted">${t(`live.${link}`)}</span>`;
  return html`<span class="live" title=${full(new Date(asOf).toISOString())}>
    <i class="live-dot" aria-hidden="true"></i>${t("live.live")}
  </span>`;
}

/** Language and theme. */
export function Preferences() {
  const [theme, toggleTheme] = useTheme();
  const other = lang() === "zh" ? "en" : "zh";
  return html`<button class="button button-quiet" lang=${other} onClick=${() => setLang(other)}>
      ${other === "zh" ? "中文" : "English"}
    </button>
    <button class="button button-quiet" onClick=${toggleTheme}>
      ${t(theme === "light" ? "theme.dark" : "theme.light")}
    </button>`;
}
