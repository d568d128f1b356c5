/**
 * The moves that a ticket's state allows, and the questions that some of them ask first.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { once } from "../parts/once.js";
import { say } from "../parts/toasts.js";
import { sendAsSeen } from "../parts/use_version.js";
import { isAsSeen, movesFrom } from "../state/tickets.js";
import { CloseDialog, HoldDialog } from "./ticket_dialogs.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../shapes.js").TicketState} TicketState */

const KEYS = /** @type {Partial<Record<TicketState, string>>} */ ({
  held: "h",
  in_progress: "p",
  resolved: "r",
  closed: "e",
  cancelled: "C",
  rejected: "N",
});

/**
 * @param {object} props
 * @param {Ticket} props.ticket
 * @param {any} props.board
 * @param {import("../state/shapes_board.js").Choices|null} [props.choices]  fetched when they are wanted, where they are not given
 * @param {boolean} [props.keys]  whether its keys work
 * @param {unknown} [props.children]  what else can be done to it
 */
export function TicketMoves({ ticket, board, choices, keys = true, children }) {
  const [asking, setAsking] = useState(/** @type {TicketState|""} */ (""));
  const moves = movesFrom(ticket);
  /** @param {TicketState} to
   * @param {object} [given] */
  const move = async (to, given = {}) => {
    const moved = await moveOn(ticket, { to, ...given });
    board.apply("ticket", moved);
    const below = ticket.children ? t("ticket.moved_below", { n: ticket.children }) : "";
    say({ text: `${t("ticket.moved", { id: ticket.id, state: t(`ticket.${moved.state}`) })} ${below}`.trim() });
  };
  /** @param {TicketState} to */
  const choose = (to) => (to in QUESTIONS ? setAsking(to) : void once(`move ${ticket.id}`, () => move(to)));
  useKeys(
    moves.flatMap((to) =>
      keys && KEYS[to] ? [{ keys: String(KEYS[to]), label: `ticket.do.${to}`, run: () => choose(to) }] : [],
    ),
  );
  const Asked = QUESTIONS[/** @type {keyof typeof QUESTIONS} */ (asking)];
  return html`<div class="moves">
    ${moves.map(
      (to) =>
        html`<button key=${to} class="button button-small" onClick=${() => choose(to)}>
          ${t(`ticket.do.${to}`)} ${keys && KEYS[to] && html`<kbd>${KEYS[to]}</kbd>`}
        </button>`,
    )}
    ${children}
    ${Asked && html`<${Asked} ticket=${ticket} board=${board} choices=${choices} onClose=${() => setAsking("")} onMove=${move} />`}
  </div>`;
}

/** @param {Ticket} seen
 * @param {object} given
 * @returns {Promise<Ticket>} as it stands then */
function moveOn(seen, given) {
  const path = `/api/v1/tickets/${encodeURIComponent(seen.id)}`;
  return sendAsSeen(path, seen, isAsSeen, (version) => post(`${path}/transitions`, { ...given, version }));
}

/** @typedef {{ticket: Ticket, board: any, choices?: import("../state/shapes_board.js").Choices|null, onClose: () => void, onMove: (to: TicketState, given: object) => Promise<void>}} Question */

/** A question that is asked of one ticket here, and of many elsewhere.
 * @param {(props: import("./ticket_dialogs.js").Question) => unknown} Dialog */
function ofOne(Dialog) {
  return (/** @type {Question} */ { ticket, board, choices, onClose, onMove }) => {
    const change = (/** @type {any} */ { transition: { to, ...given } }) => onMove(to, given);
    return html`<${Dialog} tickets=${[ticket]} board=${board} choices=${choices} onClose=${onClose} onChange=${change} />`;
  };
}

const QUESTIONS = {
  held: ofOne(HoldDialog),
  closed: ofOne(CloseDialog),
  cancelled: (/** @type {Question} */ props) => html`<${EndDialog} ...${props} to="cancelled" />`,
  rejected: (/** @type {Question} */ props) => html`<${EndDialog} ...${props} to="rejected" />`,
};

/** @param {Question & {to: TicketState}} props */
function EndDialog({ ticket, to, onClose, onMove }) {
  return html`<${FormDialog}
    title=${t(`ticket.${to}_title`, { id: ticket.id })}
    action=${t(`ticket.do.${to}`)}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onMove(to, fields)}
  >
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
  <//>`;
}
