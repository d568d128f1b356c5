/**
 * What is done to all chosen tickets at once; each answers for itself, and what is refused alone stays chosen with its reason.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { say } from "../parts/toasts.js";
import { AssignDialog, CloseDialog, CommentDialog, HoldDialog, ParentDialog, PriorityDialog } from "./ticket_dialogs.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */

const MOST = 200;
const DEEDS = /** @type {const} */ ([
  ["assign", "a", AssignDialog],
  ["priority", "y", PriorityDialog],
  ["hold", "h", HoldDialog],
  ["comment", "c", CommentDialog],
  ["parent", "b", ParentDialog],
  ["close", "e", CloseDialog],
]);

/**
 * @param {object} props
 * @param {Ticket[]} props.tickets
 * @param {import("../state/shapes_board.js").Choices|null} props.choices
 * @param {any} props.board
 * @param {() => void} props.onNone
 * @param {(ids: string[]) => void} props.onKeep  these alone stay chosen: what was refused, and what was too many at once
 */
export function BulkBar({ tickets, choices, board, onNone, onKeep }) {
  const [asking, setAsking] = useState("");
  const [refused, setRefused] = useState(/** @type {{ticket: string, message: string}[]} */ ([]));
  const some = tickets.slice(0, MOST);
  const change = async (/** @type {object} */ what) => {
    const said = await post("/api/v1/tickets/bulk", {
      ...what,
      tickets: some.map(({ id, version }) => ({ id, version })),
    });
    for (const one of said.items) if (one.object) board.apply("ticket", one.object);
    const wrong = said.items.filter((/** @type {any} */ one) => one.refused);
    setRefused(wrong.map((/** @type {any} */ one) => ({ ticket: one.ticket, message: one.refused.message })));
    const done = said.items.length - wrong.length;
    say({ text: t("bulk.done", { n: done }), refused: wrong.length > 0 });
    onKeep([...wrong.map((/** @type {any} */ one) => one.ticket), ...tickets.slice(MOST).map(({ id }) => id)]);
  };
  useKeys(DEEDS.map(([name, key]) => ({ keys: key, label: `bulk.${name}`, run: () => setAsking(name) })));
  const Asked = DEEDS.find(([name]) => name === asking)?.[2];
  const close = () => setAsking("");
  return html`<div class="selection" role="region" aria-label=${t("bulk.chosen", { n: tickets.length })}>
    <strong>${t("bulk.chosen", { n: tickets.length })}</strong>
    ${tickets.length > MOST && html`<span class="word-major">${t("bulk.most", { n: MOST })}</span>`}
    ${DEEDS.map(
      ([name, key]) =>
        html`<button key=${name} class="button button-small" onClick=${() => setAsking(name)}>
          ${t(`bulk.${name}`)} <kbd>${key}</kbd>
        </button>`,
    )}
    <button class="button button-small button-quiet" onClick=${onNone}>${t("select_none")} <kbd>Esc</kbd></button>
    ${
      refused.length > 0 &&
      html`<ul class="list bulk-refused">
        ${refused.map((one) => html`<li key=${one.ticket}>${one.ticket}: ${one.message}</li>`)}
      </ul>`
    }
    ${
      Asked &&
      html`<${Asked}
        tickets=${some}
        choices=${choices}
        board=${board}
        onClose=${close}
        onChange=${change}
      />`
    }
  </div>`;
}
