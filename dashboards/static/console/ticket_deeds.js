/**
 * What else is done to one ticket: given to somebody, remarked on, pressed on, put under another, printed.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { isEnded } from "../state/tickets.js";
import { AssignDialog, CommentDialog, ParentDialog, PriorityDialog } from "./ticket_dialogs.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */

const DIALOGS = { assign: AssignDialog, priority: PriorityDialog, comment: CommentDialog, parent: ParentDialog };

/**
 * @param {object} props
 * @param {Ticket} props.ticket
 * @param {any} props.board
 * @param {import("../state/shapes_board.js").Choices|null} props.choices
 * @param {import("/shared/lib/api.js").User} props.user
 * @param {(permission: string) => boolean} props.may
 * @param {boolean} props.keys  whether its keys work
 * @param {() => void} props.onDone
 * @param {() => void} props.onPrint
 */
export function TicketDeeds({ ticket, board, choices, user, may, keys: listens, onDone, onPrint }) {
  const [asking, setAsking] = useState("");
  const path = `/api/v1/tickets/${encodeURIComponent(ticket.id)}`;
  /** @param {string} what
   * @param {object} given */
  const change = async (what, given) => {
    const versioned = what === "comment" ? given : { ...given, version: ticket.version };
    board.apply("ticket", await post(`${path}/${what}`, versioned));
    say({ text: t(`done.${what}`, { id: ticket.id }) });
    onDone();
  };
  const mine = ticket.assignee === user.name;
  const take = () => {
    const given = { person: mine ? "" : user.name, group: ticket.assigned_group ?? "" };
    void change("assign", given).catch(sayRefusal);
  };
  const open = !isEnded(ticket);
  /** @type {[string, string, boolean, () => void][]} */
  const deeds = [
    [mine ? "give_back" : "take", "t", open && may("manage_tickets"), take],
    ["assign", "a", open && may("manage_tickets"), () => setAsking("assign")],
    ["comment", "c", may("manage_tickets"), () => setAsking("comment")],
    ["urge", "U", open && may("urge_tickets"), () => setAsking("urge")],
    ["priority", "y", open && may("manage_tickets"), () => setAsking("priority")],
    ["parent", "b", open && may("manage_tickets"), () => setAsking("parent")],
    ["print", "P", true, onPrint],
  ];
  const allowed = deeds.filter(([, , can]) => can);
  useKeys(listens ? allowed.map(([name, keys, , run]) => ({ keys, label: `deed.${name}`, run })) : []);
  const Asked = DIALOGS[/** @type {keyof typeof DIALOGS} */ (asking)];
  const close = () => setAsking("");
  return html`${allowed.map(
      ([name, key, , run]) =>
        html`<button key=${name} class="button button-small button-quiet" onClick=${run}>${t(`deed.${name}`)} ${listens && html`<kbd>${key}</kbd>`}</button>`,
    )}
    ${
      Asked &&
      html`<${Asked}
        tickets=${[ticket]}
        choices=${choices}
        board=${board}
        onClose=${close}
        onChange=${(/** @type {Record<string, object>} */ what) => change(asking, what[asking] ?? {})}
      />`
    }
    ${asking === "urge" && html`<${UrgeDialog} ticket=${ticket} onClose=${close} onDone=${onDone} />`}`;
}

/** @param {{ticket: Ticket, onClose: () => void, onDone: () => void}} props */
function UrgeDialog({ ticket, onClose, onDone }) {
  const submit = async (/** @type {Record<string, string>} */ { text }) => {
    const said = await post(`/api/v1/tickets/${encodeURIComponent(ticket.id)}/urge`, { text });
    say({ text: t("done.urge", { id: ticket.id, n: said.told.length }) });
    onDone();
  };
  return html`<${FormDialog} title=${t("ask.urge", { id: ticket.id })} action=${t("deed.urge")} onClose=${onClose} onSubmit=${submit}>
    <${Field} name="text" label=${t("urge.text")}>
      <textarea id="field-text" name="text" rows="3" maxlength="500"></textarea>
      <p class="muted dense">${t("urge.hint")}</p>
    <//>
  <//>`;
}
