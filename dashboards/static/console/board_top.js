/**
 * The line above the board: how things stand in figures, whom to look for, by what to group, which hours are shown.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { START, moved, stretched } from "../state/board_axis.js";

const ONLY = /** @type {const} */ (["all", "working", "free"]);
const BY = /** @type {const} */ (["area", "company"]);

/**
 * @param {object} props
 * @param {import("../state/board_rows.js").Look} props.look
 * @param {(look: any) => void} props.onLook
 * @param {import("../state/board_axis.js").Look} props.axis
 * @param {(axis: import("../state/board_axis.js").Look) => void} props.onAxis
 * @param {import("../state/board_rows.js").PersonRow[]} props.people
 * @param {any} props.board
 * @param {{current: HTMLInputElement|null}} props.searchBox
 */
export function BoardTop({ look, onLook, axis, onAxis, people, board, searchBox }) {
  const late = people.filter((row) => row.standing === "late").length;
  const working = people.filter((row) => row.standing === "working" || row.standing === "late").length;
  const free = people.filter((row) => row.standing === "free").length;
  const pauses = [...board.items("pause").values()];
  return html`<div class="bar board-bar">
    <input
      ref=${searchBox}
      class="search"
      type="search"
      aria-label=${t("board.find")}
      placeholder=${`${t("board.find")}  /`}
      value=${look.text}
      onInput=${(/** @type {InputEvent} */ event) => onLook({ ...look, text: /** @type {HTMLInputElement} */ (event.target).value })}
    />
    <div class="chips" role="group" aria-label=${t("column.state")}>
      ${ONLY.map((only) => html`<button key=${only} class="chip" aria-pressed=${look.only === only} onClick=${() => onLook({ ...look, only })}>${t(`board.${only}`)}</button>`)}
    </div>
    <div class="chips" role="group" aria-label=${t("board.group")}>
      ${BY.map((by) => html`<button key=${by} class="chip" aria-pressed=${look.by === by} onClick=${() => onLook({ ...look, by })}>${t(`board.by_${by}`)}</button>`)}
    </div>
    <p class="board-says">
      <span class="muted">${t("board.says", { working, free })}</span>
      ${late > 0 && html`<span class="word-major">▲ ${t("board.late_n", { n: late })}</span>`}
      ${pauses.map((pause) => html`<span key=${pause.id} class="word-major">${t("board.paused_in", { region: pause.region })}</span>`)}
    </p>
    <div class="chips bar-end" role="group" aria-label=${t("board.hours")}>
      <button class="chip" aria-label=${t("board.key.earlier")} title="[" onClick=${() => onAxis(moved(axis, -1))}>←</button>
      <button class="chip" aria-pressed=${axis === START} title="0" onClick=${() => onAxis(START)}>${t("board.now")}</button>
      <button class="chip" aria-label=${t("board.key.later")} title="]" onClick=${() => onAxis(moved(axis, 1))}>→</button>
      <button class="chip" aria-label=${t("board.key.wider")} title="-" onClick=${() => onAxis(stretched(axis, 2))}>−</button>
      <button class="chip" aria-label=${t("board.key.closer")} title="+" onClick=${() => onAxis(stretched(axis, 0.5))}>+</button>
    </div>
  </div>`;
}
