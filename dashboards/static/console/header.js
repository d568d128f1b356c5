/**
 * The top of the console: calls for help, the one most urgent thing as a sentence, and how old the picture is.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { phrase } from "../parts/phrase.js";
import { useSound } from "../parts/sound.js";
import { TopSide } from "../parts/top_side.js";
import { searchOf } from "../state/route.js";
import { BLIND, blindCollectors, lastPart, mostUrgent, sentenceKey, whatKey } from "../state/urgency.js";
import { CallsForHelp } from "./sos.js";

/** @typedef {import("../state/board.js").Board} Board */
/** @typedef {import("../state/urgency.js").Urgency} Urgency */

/** All alarms are looked at for the sentence: in a storm once a second is enough. */
const AGAIN_EVERY_MS = 1_000;

/** @param {{board: Board, revision: number, session: import("/shared/lib/api.js").Session, onHelp: () => void}} props */
export function Header({ board, revision, session, onHelp }) {
  const time = useTick();
  const beat = [Math.floor(time / AGAIN_EVERY_MS), board.loaded, board.placed.size > 0, board.items("incident").size];
  const urgent = useMemo(() => mostUrgent(pictureOf(board), time), beat);
  const blind = useMemo(() => blindCollectors(board.sorted.items), beat);
  const bare = useBareInventory(board.loaded && urgent.kind === "calm");
  return html`<div class="head">
    <${CallsForHelp} board=${board} revision=${revision} session=${session} />
    <header class="top">
      <h1 class="urgent">${board.loaded ? [bare ? t("urgent.bare") : sentence(urgent, session.user.region), " ", urgent.alsoDown ? [alsoDown(urgent.alsoDown), " "] : "", blind > 0 && blindness(blind)] : t("loading")}</h1>
      <${Sound} calling=${board.items("sos").size > 0} />
      <${TopSide} board=${board} session=${session} onHelp=${onHelp} />
    </header>
  </div>`;
}

/** Whether nothing is wrong only because there is nothing: no site is loaded yet.
 * @param {boolean} calm */
function useBareInventory(calm) {
  const [bare, setBare] = useState(false);
  useEffect(() => {
    setBare(false);
    if (calm) get("/api/v1/sites", { limit: 1 }).then(({ items }) => setBare(!items.length), () => undefined);
  }, [calm]);
  return calm && bare;
}

/** @param {Board} board
 * @returns {import("../state/urgency.js").Picture} */
function pictureOf(board) {
  const items = (/** @type {string} */ name) => board.items(name).values();
  return {
    sos: items("sos"),
    emergencies: items("emergency"),
    incidents: items("incident"),
    alarms: board.sorted.items,
    orders: items("work_order"),
  };
}

/** @param {number} n */
function blindness(n) {
  return html`<a href=${searchOf({ view: "alarms", text: BLIND })}>${t("urgent.blind", { n })}</a>`;
}

/** @param {number} n */
function alsoDown(n) {
  return phrase("urgent.also_down", { what: html`<a href=${whereOf("down")}>${t("urgent.down.what", { n })}</a>` });
}

/** @param {Urgency} urgent
 * @param {string} region  of the reader, who knows of no other */
function sentence(urgent, region) {
  const { kind, count, underWay, name } = urgent;
  if (kind === "calm" && region) return t("urgent.calm_here", { region: lastPart(region) });
  const what = html`<a href=${whereOf(kind)}>${t(whatKey(urgent), { n: count, name })}</a>`;
  const crews = underWay
    ? html`<a href=${searchOf({ view: "incidents", state: `${kind}_crew` })}>${t("urgent.crews", { n: underWay })}</a>`
    : t("urgent.no_crews");
  return phrase(sentenceKey(urgent), { what, crews }, { name });
}

/** Where exactly those are that a figure counts.
 * @param {Urgency["kind"]} kind */
function whereOf(kind) {
  if (kind === "critical") return searchOf({ view: "alarms", state: "new", severities: ["critical"] });
  if (kind === "emergency" || kind === "emergency_new") return searchOf({ view: "emergency" });
  if (kind === "running_out" || kind === "down") return searchOf({ view: "incidents", state: kind });
  return searchOf({ view: kind === "sos" ? "map" : "incidents" });
}

/** Asked once; after that one button that says how it stands, and a sentence while somebody calls and cannot be heard.
 * @param {{calling: boolean}} props */
function Sound({ calling }) {
  const [sound, setSound] = useSound();
  if (calling && sound !== "on")
    return html`<span class="sound-ask dense">
      <span class="word-major">▲ ${t(sound === "blocked" ? "sound.blocked" : "sound.is_off")}</span>
      <button class="button button-small" onClick=${() => setSound(true)}>${t("sound.turn_on")}</button>
    </span>`;
  if (sound === "unasked")
    return html`<span class="sound-ask dense">
      ${t("sound.ask")}
      <button class="button button-small" onClick=${() => setSound(true)}>${t("sound.turn_on")}</button>
      <button class="button button-small button-quiet" onClick=${() => setSound(false)}>${t("sound.stay_silent")}</button>
    </span>`;
  return html`<button class="button button-small button-quiet" aria-pressed=${sound !== "off"} onClick=${() => setSound(sound === "off")}>
    ${t(sound === "off" ? "sound.off" : "sound.on")}
  </button>`;
}
