/**
 * The board on a phone: what waits and who does what as two lists; what is chosen fills the screen.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { relative } from "/shared/lib/time.js";
import { Tray } from "./board_tray.js";
import { refusalWords } from "./explanation.js";

/** @typedef {import("../state/board_rows.js").PersonRow} PersonRow */

const MOST = 100;

/**
 * @param {import("./views.js").ViewProps & {people: PersonRow[], waiting: import("../state/board_tray.js").Waiting[],
 *   move: import("./board_move.js").Move, onChoose: (id: string) => void, side: unknown}} props
 */
export function BoardList({ route, go, people, waiting, move, onChoose, side }) {
  const [shown, setShown] = useState(/** @type {"tray"|"people"} */ (waiting.length ? "tray" : "people"));
  const back = () => go({ view: "work" });
  if (move.what) return html`<section class="view-board-list">${side}<${Options} move=${move} /></section>`;
  if (route.id)
    return html`<section class="view-board-list">
      <button class="button button-small button-quiet" onClick=${back}>← ${t("view.work")}</button>
      ${side}
    </section>`;
  return html`<section class="view-board-list" aria-label=${t("view.work")}>
    <div class="bar chips" role="group">
      <button class="chip" aria-pressed=${shown === "tray"} onClick=${() => setShown("tray")}>${t("work.waiting", { n: waiting.length })}</button>
      <button class="chip" aria-pressed=${shown === "people"} onClick=${() => setShown("people")}>${t("work.people", { n: people.length })}</button>
    </div>
    ${
      shown === "tray"
        ? html`<${Tray} waiting=${waiting} id="" here=${false} onChoose=${onChoose} move=${{ ...move, mayMove: false }} />`
        : html`<ul class="list board-phone">
            ${people.slice(0, MOST).map((row) => html`<${PersonLine} key=${row.key} row=${row} onChoose=${onChoose} />`)}
          </ul>`
    }
  </section>`;
}

/** @param {{row: PersonRow, onChoose: (id: string) => void}} props */
function PersonLine({ row, onChoose }) {
  const [bar] = row.bars.filter((one) => one.order);
  return html`<li>
    <button class="tray-button" onClick=${() => onChoose(row.key)}>
      <span class="tray-site">${row.technician.name} ${bar?.late != null && html`<b class="word-critical">▲</b>`}</span>
      <span class="muted">${bar ? `${t(`work_order.${bar.state}`)} · ${bar.site}` : t(`standing.${row.standing}`)}</span>
    </button>
  </li>`;
}

/** Whom to aim at with the thumb.
 * @param {{move: import("./board_move.js").Move}} props */
function Options({ move }) {
  return html`<ul class="list board-phone">
    ${(move.options ?? []).slice(0, MOST).map(
      (one) =>
        html`<li key=${one.technician}>
          <button class="tray-button" aria-pressed=${move.to === one.technician} onClick=${() => move.aim(one.technician)}>
            <span class="tray-site">${one.name}</span>
            <span class="muted">${one.refusal ? `✕ ${refusalWords(one.refusal)}` : `${relative(one.arrive)} · ${t("km_n", { n: one.km.toFixed(0) })}`}</span>
          </button>
        </li>`,
    )}
  </ul>`;
}
