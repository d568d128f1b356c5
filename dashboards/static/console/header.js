/**
 * The top of the console: the one most urgent thing as a sentence, and how old the picture is.
 */

import { html, useMemo } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { phrase } from "../parts/phrase.js";
import { TopSide } from "../parts/top_side.js";
import { searchOf } from "../state/route.js";
import { BLIND, blindCollectors, mostUrgent } from "../state/urgency.js";

/** @typedef {import("../state/board.js").Board} Board */

const AGAIN_EVERY_MS = 5_000;

/** @param {{board: Board, revision: number, session: import("/shared/lib/api.js").Session, onHelp: () => void}} props */
export function Header({ board, revision, session, onHelp }) {
  const time = useTick();
  const urgent = useMemo(
    () => mostUrgent(board.items("incident").values(), board.sorted.items, board.items("work_order").values(), time),
    [revision, Math.floor(time / AGAIN_EVERY_MS)],
  );
  const blind = useMemo(() => blindCollectors(board.sorted.items), [revision]);
  return html`<header class="top">
    <h1 class="urgent">${board.loaded ? [sentence(urgent), " ", blind > 0 && blindness(blind)] : t("loading")}</h1>
    <${TopSide} board=${board} session=${session} onHelp=${onHelp} />
  </header>`;
}

/** @param {number} n */
function blindness(n) {
  return html`<a href=${searchOf({ view: "alarms", text: BLIND })}>${t("urgent.blind", { n })}</a>`;
}

/** @param {import("../state/urgency.js").Urgency} urgent */
function sentence({ kind, count, underWay }) {
  const where =
    kind === "critical"
      ? searchOf({ view: "alarms", state: "new", severities: ["critical"] })
      : searchOf({ view: "incidents" });
  const what = html`<a href=${where}>${t(`urgent.${kind}.what`, { n: count })}</a>`;
  const crews = underWay
    ? html`<a href=${searchOf({ view: "work" })}>${t("urgent.crews", { n: underWay })}</a>`
    : t("urgent.no_crews");
  return phrase(`urgent.${kind}`, { what, crews });
}
