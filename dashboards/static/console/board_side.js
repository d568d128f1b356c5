/**
 * Beside the board: what is chosen, or what a move would do; generators, the rota, and where dispatch is paused.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { NeedDetail, OrderDetail, PersonDetail } from "./board_detail.js";
import { MoveEffect } from "./board_effect.js";
import { GeneratorPanel } from "./board_generators.js";
import { PausePanel } from "./board_pauses.js";
import { RotaPanel } from "./board_rota.js";

/** @typedef {import("../state/board_rows.js").PersonRow} PersonRow */
/** @typedef {import("../state/board_tray.js").Waiting} Waiting */

const TABS = /** @type {const} */ (["chosen", "generators", "rota", "pauses"]);

/**
 * @param {import("./views.js").ViewProps & {
 *   people: PersonRow[] & {duties: Map<string, import("../state/shapes_board.js").Duty>}, waiting: Waiting[],
 *   move: import("./board_move.js").Move, onChoose: (id: string) => void}} props
 */
export function BoardSide(props) {
  const { board, route, people, waiting, move } = props;
  const [tab, setTab] = useState(/** @type {typeof TABS[number]} */ ("chosen"));
  const next = () => setTab(TABS[(TABS.indexOf(tab) + 1) % TABS.length] ?? "chosen");
  useKeys([{ keys: "v", label: "board.key.tab", run: next }]);
  if (move.what) {
    const names = new Map(people.map((row) => [row.key, row.technician.name]));
    return html`<aside class="board-side"><${MoveEffect} move=${move} names=${names} subject=${subjectOf(props)} /></aside>`;
  }
  const onChoose = (/** @type {string} */ id) => {
    setTab("chosen");
    props.onChoose(id);
  };
  return html`<aside class="board-side" aria-label=${t("board.side")}>
    <div class="chips board-tabs" role="group" aria-label=${t("board.side")}>
      ${TABS.map((one) => html`<button key=${one} class="chip" aria-pressed=${one === tab} onClick=${() => setTab(one)}>${t(`board.tab.${one}`)}</button>`)}
    </div>
    ${tab === "chosen" && html`<${Chosen} ...${props} id=${route.id} onChoose=${onChoose} />`}
    ${tab === "generators" && html`<${GeneratorPanel} board=${board} onChoose=${onChoose} />`}
    ${tab === "rota" && html`<${RotaPanel} people=${people} may=${props.may} onChoose=${onChoose} />`}
    ${tab === "pauses" && html`<${PausePanel} board=${board} may=${props.may} people=${people} waiting=${waiting} />`}
  </aside>`;
}

/** @param {import("./board_detail.js").Props & {id: string, people: PersonRow[], waiting: Waiting[]}} props */
function Chosen(props) {
  const { id, board, people, waiting } = props;
  const order = board.items("work_order").get(id);
  if (order) return html`<${OrderDetail} key=${id} ...${props} order=${order} />`;
  const one = waiting.find((other) => other.need.id === id);
  if (one) return html`<${NeedDetail} key=${id} ...${props} waiting=${one} />`;
  const row = people.find((other) => other.key === id);
  if (row) return html`<${PersonDetail} key=${id} ...${props} row=${row} />`;
  return html`<div class="board-detail"><p class="muted">${t("board.choose")}</p></div>`;
}

/** What is on the move, in words.
 * @param {{board: any, move: import("./board_move.js").Move}} props */
function subjectOf({ board, move }) {
  const { what } = move;
  if (!what) return "";
  if ("need" in what) {
    const need = board.items("need").get(what.need);
    return t("effect.of_need", { site: need?.site_name ?? need?.site ?? what.need });
  }
  const order = board.items("work_order").get(what.order);
  return t("effect.of_order", { site: order?.site_name ?? what.order, who: order?.technician_name ?? order?.technician ?? "" });
}
