/**
 * The moves that a ticket's state allows, and the questions that some of them ask first.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { movesFrom } from "../state/tickets.js";
import { partiesWith, partyWords } from "../words/party.js";
import { reasonWords } from "../words/reasons.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("../shapes.js").TicketState} TicketState */

const HOLD_HOURS = [1, 2, 4, 8, 24, 72];
const HOLD_REASONS = ["access", "landlord", "tenant_consent", "parts", "weather", "utility", "other"];
const KEYS = /** @type {Partial<Record<TicketState, string>>} */ ({
  held: "h",
  in_progress: "p",
  resolved: "r",
  closed: "e",
});

/** @param {{ticket: Ticket, board: any}} props */
export function TicketMoves({ ticket, board }) {
  const [asking, setAsking] = useState("");
  const moves = movesFrom(ticket);
  /** @param {TicketState} to
   * @param {object} [given] */
  const move = async (to, given = {}) => {
    const moved = await post(`/api/v1/tickets/${encodeURIComponent(ticket.id)}/transitions`, {
      to,
      version: ticket.version,
      ...given,
    });
    board.apply("ticket", moved);
    say({ text: t("ticket.moved", { id: ticket.id, state: t(`ticket.${moved.state}`) }) });
  };
  /** @param {TicketState} to */
  const choose = (to) => (to in QUESTIONS ? setAsking(to) : void move(to).catch(sayRefusal));
  useKeys(
    moves.flatMap((to) =>
      KEYS[to] ? [{ keys: String(KEYS[to]), label: `ticket.do.${to}`, run: () => choose(to) }] : [],
    ),
  );
  const Asked = QUESTIONS[/** @type {keyof typeof QUESTIONS} */ (asking)];
  return html`<div class="moves">
    ${moves.map(
      (to) =>
        html`<button key=${to} class="button button-small" onClick=${() => choose(to)}>
          ${t(`ticket.do.${to}`)} ${KEYS[to] && html`<kbd>${KEYS[to]}</kbd>`}
        </button>`,
    )}
    ${Asked && html`<${Asked} ticket=${ticket} onClose=${() => setAsking("")} onMove=${move} />`}
  </div>`;
}

/** @typedef {{ticket: Ticket, onClose: () => void, onMove: (to: TicketState, given: object) => Promise<void>}} Question */

const QUESTIONS = {
  held: HoldDialog,
  closed: CloseDialog,
  cancelled: (/** @type {Question} */ props) => html`<${EndDialog} ...${props} to="cancelled" />`,
  rejected: (/** @type {Question} */ props) => html`<${EndDialog} ...${props} to="rejected" />`,
};

/** @param {Question} props */
function HoldDialog({ ticket, onClose, onMove }) {
  /** @param {Record<string, string>} fields */
  const submit = ({ why, note, hours }) =>
    onMove("held", {
      reason: [t(`hold.${why}`), note].filter(Boolean).join(": "),
      until: new Date(now() + Number(hours) * 3_600_000).toISOString(),
    });
  return html`<${FormDialog}
    title=${t("ticket.hold_title", { id: ticket.id })}
    action=${t("ticket.do.held")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Choice} name="why" label=${t("hold.reason")} options=${HOLD_REASONS.map((one) => [one, t(`hold.${one}`)])} />
    <${Choice} name="hours" label=${t("hold.for")} options=${HOLD_HOURS.map((n) => [n, t("hours_n", { n })])} />
    <${Field} name="note" label=${t("hold.note")}><input id="field-note" name="note" maxlength="300" /><//>
  <//>`;
}

/** @param {Question} props */
function CloseDialog({ ticket, onClose, onMove }) {
  return html`<${FormDialog}
    title=${t("ticket.close_title", { id: ticket.id })}
    action=${t("ticket.do.closed")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => onMove("closed", fields)}
  >
    <${Field} name="cause" label=${t("close.cause")}>
      <input id="field-cause" name="cause" defaultValue=${ticket.cause} required maxlength="300" />
    <//>
    <${Field} name="result" label=${t("close.result")}>
      <textarea
        id="field-result"
        name="result"
        defaultValue=${ticket.result}
        required
        maxlength="1000"
        rows="3"
        aria-describedby="result-hint"
      ></textarea>
      <p id="result-hint" class="muted dense">${t("close.result_hint")}</p>
    <//>
    <${Choice}
      name="responsible_party"
      label=${t("close.party")}
      options=${partiesWith(ticket.proposed_party).map((one) => [one, partyWords(one)])}
      chosen=${ticket.proposed_party}
      hint=${ticket.proposed_party && t("close.party_hint", { reason: reasonWords(ticket.proposed_party_reason) })}
    />
  <//>`;
}

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

/** `chosen` is the value that it begins with, `hint` what stands below it.
 * @param {{name: string, label: string, options: [string|number, string][], optional?: boolean, chosen?: string,
 *   hint?: string}} props */
export function Choice({ name, label, options, optional = false, chosen = "", hint = "" }) {
  const hintId = `${name}-hint`;
  return html`<${Field} name=${name} label=${label}>
    <select id=${`field-${name}`} name=${name} required=${!optional} aria-describedby=${hint ? hintId : undefined}>
      ${options.map(
        ([value, words]) => html`<option value=${value} selected=${value === chosen || undefined}>${words}</option>`,
      )}
    </select>
    ${hint && html`<p id=${hintId} class="muted dense">${hint}</p>`}
  <//>`;
}
