/**
 * The wall: the most urgent sentence, what runs out next, the figures, and what changed lately, for four metres' distance.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { lang, setLang, t } from "/shared/lib/i18n.js";
import { clock, duration, now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { sentenceKey, whatKey } from "../state/urgency.js";
import { dimmer, endOfSession, isOld, wallOptions, wallUrgency } from "../state/wall.js";
import { Changed, Figures, Next, Sos } from "./parts.js";
import { WallMap } from "./wall_map.js";

/** @typedef {import("../state/shapes_wall.js").WallPicture} WallPicture */

const AGAIN_MS = 5_000;

/** @param {{session: import("/shared/lib/api.js").Session, onTime: (iso: string) => void}} props */
export function Wall({ session, onTime }) {
  const time = useTick();
  const dim = useDim();
  const { data, problem } = useFetched("/api/v1/wall", { everyMs: AGAIN_MS });
  const wall = /** @type {WallPicture|null} */ (data);
  useEffect(() => {
    if (wall) onTime(wall.at);
  }, [wall]);
  if (!wall) return html`<main class="wall"><${Nothing} title=${problem || t("loading")} /></main>`;
  const old = isOld(wall.at, time);
  return html`<main class=${old ? "wall wall-old" : "wall"} style=${{ filter: dim ? `brightness(${1 - dim / 100})` : "" }}>
    <h1 class="wall-sentence"><${Sentence} wall=${wall} /></h1>
    <${Sos} calls=${wall.sos} />
    <div class="wall-body">
      <div class="wall-news">
        <${Next} sites=${wall.next} />
        <${Changed} changed=${wall.changed} minutes=${wall.changed_minutes} time=${time} />
      </div>
      <${WallMap} sites=${wall.sites} />
    </div>
    <${Figures} wall=${wall} />
    <${Foot} wall=${wall} old=${old} session=${session} />
  </main>`;
}

/** @param {{wall: WallPicture}} props */
function Sentence({ wall }) {
  const urgent = wallUrgency(wall);
  const { kind, count, underWay, name } = urgent;
  const what = t(whatKey(urgent), { n: count, name });
  const crews = underWay ? t("urgent.crews", { n: underWay }) : t("urgent.no_crews");
  const grave = { sos: "word-critical", emergency: "word-critical", emergency_new: "word-critical", running_out: "word-major", down: "word-critical" };
  const loud = grave[/** @type {keyof typeof grave} */ (kind)] ?? "";
  return html`<span class=${loud}>
    ${loud && html`<span class=${kind === "sos" ? "beat" : ""} aria-hidden="true">${loud === "word-major" ? "▲" : "◆"} </span>`}${t(sentenceKey(urgent), { what, crews, name })}
  </span>`;
}

/** How old all of it is, what time it is, and when the wall would go dark.
 * @param {{wall: WallPicture, old: boolean, session: import("/shared/lib/api.js").Session}} props */
function Foot({ wall, old, session }) {
  const age = duration((now() - Date.parse(wall.at)) / 1000);
  const end = endOfSession(session.expires_at, now());
  return html`<footer class="wall-foot">
    <span class=${old ? "word-major" : "wall-quiet"} role="status">
      ${old ? `▲ ${t("wall.old", { age, time: clock(wall.at) })}` : t("wall.fresh", { age })}
    </span>
    ${end && html`<span class="word-major">▲ ${t("wall.session_ends", { time: clock(end) })}</span>`}
    <time class="wall-clock">${clock(new Date(now()).toISOString())}</time>
  </footer>`;
}

/** How dim the wall is, as its URL has it; two keys change it, a third the language.
 * @returns {number} percent */
function useDim() {
  const [dim, setDim] = useState(wallOptions(location.search).dim);
  const change = (/** @type {1|-1} */ by) => {
    const next = dimmer(dim, by);
    const search = new URLSearchParams(location.search);
    if (next) search.set("dim", String(next));
    else search.delete("dim");
    history.replaceState(null, "", `?${search}`);
    setDim(next);
  };
  useKeys([
    { keys: "d", label: "wall.dimmer", run: () => change(1) },
    { keys: "b", label: "wall.brighter", run: () => change(-1) },
    { keys: "l", label: "wall.language", run: () => setLang(lang() === "zh" ? "en" : "zh") },
  ]);
  return dim;
}
