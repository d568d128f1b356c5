/**
 * What waits for hands, beside the board: what runs out first on top, each with its reason, to be taken and dropped.
 */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { bringIntoSight, useSeenRows } from "../parts/seen_rows.js";
import { alarmType } from "../words/catalogue.js";
import { waitingWords } from "./explanation.js";
import { DueMark } from "./ticket_row.js";

/** @typedef {import("../state/board_tray.js").Waiting} Waiting */

const HEIGHT = 92;

/**
 * @param {object} props
 * @param {Waiting[]} props.waiting
 * @param {string} props.id
 * @param {boolean} props.here  the keys move in it
 * @param {(id: string) => void} props.onChoose
 * @param {import("./board_move.js").Move} props.move
 */
export function Tray({ waiting, id, here, onChoose, move }) {
  useTick();
  const block = useRef(/** @type {HTMLElement|null} */ (null));
  const { first, last } = useSeenRows(block, ".board-tray", HEIGHT, waiting.length);
  const at = waiting.findIndex((one) => one.need.id === id);
  useEffect(() => {
    if (block.current && at >= 0) bringIntoSight(block.current, ".board-tray", HEIGHT, at, 0);
  }, [at]);
  return html`<aside class="board-tray" aria-label=${t("board.tray")}>
    <h2 class="board-title">${t("work.waiting", { n: waiting.length })}</h2>
    ${!waiting.length && html`<p class="muted board-none">${t("empty.tray")}</p>`}
    <ul ref=${block} class="tray-all" style=${{ height: `${waiting.length * HEIGHT}px` }}>
      ${waiting.slice(first, last).map(
        (one, n) =>
          html`<${Card}
            key=${one.need.id}
            one=${one}
            top=${(first + n) * HEIGHT}
            chosen=${one.need.id === id}
            focus=${here}
            onChoose=${onChoose}
            move=${move}
          />`,
      )}
    </ul>
  </aside>`;
}

/** @param {{one: Waiting, top: number, chosen: boolean, focus: boolean, onChoose: (id: string) => void, move: import("./board_move.js").Move}} props */
function Card({ one, top, chosen, focus, onChoose, move }) {
  const { need, waiting, due } = one;
  const moving = move.what && "need" in move.what && move.what.need === need.id;
  const drag = (/** @type {DragEvent} */ event) => {
    event.dataTransfer?.setData("text/plain", need.id);
    move.begin({ need: need.id }, false);
  };
  return html`<li
    class=${`tray-card${chosen ? " tray-here" : ""}${chosen && focus ? " tray-focus" : ""}${moving ? " tray-moving" : ""}`}
    style=${{ transform: `translateY(${top}px)` }}
    draggable=${move.mayMove}
    onDragStart=${drag}
    onDragEnd=${move.cancel}
  >
    <button class="tray-button" aria-pressed=${chosen} onClick=${() => onChoose(need.id)}>
      <span class="tray-top"><${DueMark} due=${due} zone=${need.time_zone} /><span class=${`priority-${need.priority}`}>P${need.priority}</span></span>
      <span class="tray-site">${need.site_name ?? need.site}</span>
      <span class="tray-why muted">${needWords(need)}${t("colon")}${waiting ? waitingWords(waiting) : t("work.being_planned")}</span>
    </button>
  </li>`;
}

/** What is wanted there.
 * @param {import("../shapes.js").Need} need */
export function needWords(need) {
  return [t(`kind.${need.kind}`), need.alarm_type ? alarmType(need.alarm_type) : ""].filter(Boolean).join(" · ");
}
