/**
 * The incident over time as a picture: lanes of what stood, what followed from what, who came, and what is foreseen.
 */

import { html, useMemo, useRef, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { rem, useNarrow, useWidth } from "../parts/measures.js";
import { laneByFor, pictureOf } from "../state/picture.js";
import { shifted, ticks, zoomed } from "../state/time_axis.js";
import { laneFacts } from "../words/lanes.js";
import { PictureLanes } from "./incident_picture_lanes.js";
import { Axis, LaneNames, PictureTable } from "./incident_picture_parts.js";

/** @typedef {import("../state/picture.js").LaneBy} LaneBy */
/** @typedef {import("../state/time_axis.js").Stretch} Stretch */

const STEP_MS = 10_000;
const PAN = 0.2;
const LANE_REM = 1.5;
const TICK_REM = 5.5;
const NAMES_REM = 15;
const NARROW_NAMES_REM = 7.5;
const KINDS = /** @type {const} */ (["alarm", "site", "type"]);

/**
 * @param {object} props
 * @param {import("../state/lane.js").Story} props.story
 * @param {string|null} props.zone
 * @param {string} props.chosen  an alarm's id, or a row of the tree that is none
 * @param {(alarm: string) => void} props.onChoose
 */
export function Picture({ story, zone, chosen, onChoose }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const narrow = useNarrow();
  const names = (narrow ? NARROW_NAMES_REM : NAMES_REM) * rem();
  const width = Math.max(0, useWidth(box) - names);
  const time = Math.floor(now() / STEP_MS) * STEP_MS;
  const [by, setBy] = useState(/** @type {LaneBy|null} */ (null));
  const laneBy = by ?? laneByFor(story.alarms);
  const picture = useMemo(() => pictureOf(story, laneBy, time), [story, laneBy, time]);
  const { stretch, moves, move } = useStretch(picture);
  const { here, point, step } = usePointed(picture, chosen, onChoose);
  const most = Math.max(2, Math.floor(width / (TICK_REM * rem())));
  const marks = useMemo(() => ticks(stretch, most, zone), [stretch.from, stretch.to, most, zone, lang()]);
  const present = story.incident.state === "open" ? time : null;
  const view = { picture, stretch, ticks: marks, width, here, now: present, incident: story.incident, zone };
  const lanes = useMemo(
    () => html`<${PictureLanes} ...${view} laneHeight=${LANE_REM * rem()} onPoint=${point} onMove=${move} />`,
    [picture, stretch.from, stretch.to, marks, width, here, lang()],
  );
  const press = pressing({
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => move(PAN),
    ArrowLeft: () => move(-PAN),
  });
  return html`<section class="picture-section">
    <div class="section-head">
      <h3>${t("picture")}</h3>
      <${Tools} by=${laneBy} onBy=${setBy} moves=${moves} />
    </div>
    <div
      class="picture"
      ref=${box}
      tabindex="0"
      role="group"
      aria-label=${t("picture.label", { n: picture.lanes.length })}
      aria-describedby="picture-said"
      onKeyDown=${press}
      style=${{ "--names": `${names}px`, "--lane": `${LANE_REM}rem` }}
    >
      <${Axis} stretch=${stretch} ticks=${marks} width=${width} now=${present} zone=${zone} />
      <div class="picture-body">
        <${LaneNames} lanes=${picture.lanes} incident=${story.incident} here=${here} onPoint=${point} />
        ${lanes}
      </div>
    </div>
    ${picture.hidden > 0 && html`<p class="muted dense">${t("more_n", { n: picture.hidden })}</p>`}
    <p class="picture-said dense muted" id="picture-said" aria-live="polite">
      <${SaidOf} lane=${picture.lanes.find((one) => one.key === here)} incident=${story.incident} zone=${zone} narrow=${narrow} />
    </p>
    <${PictureTable} lanes=${picture.lanes} incident=${story.incident} zone=${zone} />
  </section>`;
}

/** The time that is shown: what the picture shows first, until somebody zooms or moves.
 * @param {import("../state/picture.js").Picture} picture */
function useStretch(picture) {
  const [own, setOwn] = useState(/** @type {Stretch|null} */ (null));
  const stretch = own ?? picture.first;
  const moves = {
    closer: () => setOwn(zoomed(stretch, 0.5)),
    wider: () => setOwn(zoomed(stretch, 2)),
    whole: () => setOwn(picture.whole),
  };
  useKeys([
    { keys: "+", label: "key.zoom_in", run: moves.closer },
    { keys: "-", label: "key.zoom_out", run: moves.wider },
    { keys: "0", label: "key.zoom_whole", run: moves.whole },
  ]);
  return { stretch, moves, move: (/** @type {number} */ share) => setOwn(shifted(stretch, share)) };
}

/** The lane that is pointed at: the chosen alarm's, or one that is no alarm's until another alarm is chosen.
 * @param {import("../state/picture.js").Picture} picture
 * @param {string} chosen
 * @param {(alarm: string) => void} onChoose */
function usePointed({ lanes }, chosen, onChoose) {
  const [pointed, setPointed] = useState({ key: "", chosen: "" });
  const ofChosen = lanes.find((one) => one.alarms.some((alarm) => alarm.id === chosen))?.key ?? "";
  const here = pointed.chosen === chosen && pointed.key ? pointed.key : ofChosen;
  /** @param {string} key */
  const point = (key) => {
    const found = lanes.find((one) => one.key === key);
    const alarm = found?.kind === "alarm" ? (found.alarms[0]?.id ?? chosen) : chosen;
    setPointed({ key, chosen: alarm });
    if (alarm !== chosen) onChoose(alarm);
  };
  /** @param {number} by */
  const step = (by) => {
    const place = lanes.findIndex((one) => one.key === here) + by;
    const next = lanes[Math.max(0, Math.min(lanes.length - 1, place))];
    if (next) point(next.key);
  };
  return { here, point, step };
}

/** @param {{lane: import("../state/lane.js").Lane|undefined, incident: import("../shapes.js").Incident, zone: string|null, narrow: boolean}} props */
function SaidOf({ lane, incident, zone, narrow }) {
  if (!lane) return t(narrow ? "picture.hint_touch" : "picture.hint");
  const { what, where, from, until, words } = laneFacts(lane, incident, zone);
  return html`<strong>${what}</strong> ${[where, from, until, words].filter(Boolean).join(" · ")}`;
}

/** @param {Record<string, () => void>} actions */
function pressing(actions) {
  /** @param {KeyboardEvent} event */
  return (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };
}

/** @param {{by: LaneBy, onBy: (by: LaneBy) => void, moves: Record<"closer"|"wider"|"whole", () => void>}} props */
function Tools({ by, onBy, moves }) {
  return html`<div class="picture-tools">
    <div class="chips" role="group" aria-label=${t("picture.by")}>
      ${KINDS.map(
        (kind) =>
          html`<button key=${kind} class="chip" aria-pressed=${kind === by} onClick=${() => onBy(kind)}>
            ${t(`picture.by_${kind}`)}
          </button>`,
      )}
    </div>
    <div class="chips" role="group" aria-label=${t("picture.zoom")}>
      <button class="chip" aria-label=${t("key.zoom_out")} title="-" onClick=${moves.wider}>−</button>
      <button class="chip" aria-label=${t("key.zoom_in")} title="+" onClick=${moves.closer}>+</button>
      <button class="chip" title="0" onClick=${moves.whole}>${t("picture.whole")}</button>
    </div>
  </div>`;
}
