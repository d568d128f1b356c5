/**
 * A ticket by hand: for what no alarm says, or for an incident that opened none by itself.
 */

import { html } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { firstSites } from "../state/first_sites.js";

const KINDS = ["repair", "generator", "inspect", "customer_visit"];
const PRIORITIES = [1, 2, 3, 4];

/**
 * @param {object} props
 * @param {any} props.board
 * @param {{site: string, title: string, text: string}} [props.about]  what the form begins with
 * @param {() => void} props.onClose
 * @param {(ticket: import("../shapes.js").Ticket) => void} props.onOpened
 */
export function OpenTicket({ board, about, onClose, onOpened }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ site, title, kind, priority, text }) => {
    const ticket = await post("/api/v1/tickets", {
      site: site.split(" ")[0],
      title,
      kind,
      priority: Number(priority),
      text,
    });
    board.apply("ticket", ticket);
    say({ text: t("ticket.opened", { id: ticket.id }) });
    onOpened(ticket);
  };
  const sites = firstSites(board);
  return html`<${FormDialog}
    title=${t("ticket.open_by_hand")}
    action=${t("ticket.open")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Field} name="site" label=${t("column.site")}>
      <input id="field-site" name="site" defaultValue=${about?.site} list="sites" required maxlength="200" autocomplete="off" />
      <datalist id="sites">${sites.map((site) => html`<option value=${site.id}>${site.name}</option>`)}</datalist>
    <//>
    <${Field} name="title" label=${t("ticket.title")}>
      <input id="field-title" name="title" defaultValue=${about?.title} required maxlength="200" />
    <//>
    <${Choice} name="kind" label=${t("ticket.kind")} options=${KINDS.map((kind) => [kind, t(`kind.${kind}`)])} />
    <${Choice}
      name="priority"
      label=${t("column.priority")}
      options=${PRIORITIES.map((n) => [n, t("priority_n", { n })])}
    />
    <${Field} name="text" label=${t("ticket.text")}>
      <textarea id="field-text" name="text" defaultValue=${about?.text} maxlength="2000" rows="3"></textarea>
    <//>
  <//>`;
}
