/**
 * One ticket in the queue: what runs out and when, what it is, whose it is, and who is on the way.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration, full, now } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { groupWord } from "./ticket_choices.js";

/** @typedef {import("../state/tickets.js").Queued} Queued */

export const COLUMNS = ["selected", "priority", "first_due", "ticket", "what", "state", "assignee", "crew", "age"];

const SOON_SECONDS = 900;

export function TicketHead() {
  return html`<div class="row row-head ticket-row" role="row">
    ${COLUMNS.map(
      (name) =>
        html`<span class="cell" role="columnheader">
          <span class=${name === "selected" || name === "priority" ? "visually-hidden" : ""}>${t(`column.${name}`)}</span>
        </span>`,
    )}
  </div>`;
}

/**
 * @param {object} props
 * @param {Queued} props.queued
 * @param {string} props.title
 * @param {number} props.index
 * @param {boolean} props.here
 * @param {boolean} props.selected
 * @param {import("../shapes.js").WorkOrder[]} props.orders  of the ticket, open
 * @param {string} props.user
 * @param {import("../state/shapes_board.js").Choices|null} props.choices
 * @param {(event: MouseEvent) => void} props.onPick
 * @param {() => void} props.onToggle
 */
export function TicketRow({ queued, title, index, here, selected, orders, user, choices, onPick, onToggle }) {
  const { ticket, due } = queued;
  const look = `row ticket-row${here ? " row-here" : ""}${selected ? " row-selected" : ""}`;
  const toggle = (/** @type {MouseEvent} */ event) => {
    event.stopPropagation();
    onToggle();
  };
  return html`<div
    class=${ticket.state === "held" ? `${look} row-quiet` : look}
    id=${`ticket-${ticket.id}`}
    role="row"
    aria-rowindex=${index + 2}
    aria-selected=${selected}
    onClick=${onPick}
  >
    <span class="cell" role="gridcell" onClick=${toggle}><i class="tick">${selected ? "✓" : ""}</i></span>
    <span class=${`cell priority-${ticket.priority}`} role="gridcell">P${ticket.priority}</span>
    <span class="cell" role="gridcell"><${DueMark} due=${due} zone=${ticket.time_zone} /></span>
    <span class="cell" role="gridcell">${ticket.id}</span>
    <span class="cell" role="gridcell" title=${title}>
      ${ticket.parent && html`<span class="muted" title=${t("ticket.under", { id: ticket.parent })}>↳ </span>`}${title}
      ${ticket.children > 0 && html` <span class="tag">+${ticket.children}</span>`}
    </span>
    <span class="cell muted" role="gridcell">
      ${t(ticket.resolution_proposed_at && ticket.state !== "resolved" ? "ticket.proposed" : `ticket.${ticket.state}`)}
    </span>
    <span class="cell" role="gridcell"><${Whose} ticket=${ticket} user=${user} choices=${choices} /></span>
    <span class="cell" role="gridcell"><${Crews} orders=${orders} /></span>
    <span class="cell muted" role="gridcell"><${Time} at=${ticket.opened_at} zone=${ticket.time_zone} /></span>
  </div>`;
}

/** What runs out, and how long that is; past it, how long it is over.
 * @param {{due: import("../state/runs_out.js").Due|null, zone: string|null}} props */
export function DueMark({ due, zone }) {
  if (!due) return html`<span class="muted">–</span>`;
  const left = (Date.parse(due.at) - now()) / 1000;
  const time = duration(Math.abs(left));
  const look = due.paused ? "muted" : left < 0 ? "word-critical" : left < SOON_SECONDS ? "word-major" : "";
  return html`<time class=${`due ${look}`} datetime=${due.at} title=${full(due.at, zone)}>
    <span class="due-kind">${t(`due.${due.kind}`)}</span>
    <span>${due.paused ? t("due.paused") : t(left < 0 ? "due.over" : "due.left", { time })}</span>
  </time>`;
}

/** @param {{ticket: import("../shapes.js").Ticket, user: string, choices: import("../state/shapes_board.js").Choices|null}} props */
function Whose({ ticket, user, choices }) {
  if (!ticket.assignee && !ticket.assigned_group) return html`<span class="muted">–</span>`;
  const person = ticket.assignee === user ? t("you") : ticket.assignee;
  const group = ticket.assigned_group && groupWord(ticket.assigned_group, choices);
  return html`${person ?? ""} ${group && html`<span class="muted">${group}</span>`}`;
}

/** Who arrives first, and how many come besides.
 * @param {{orders: import("../shapes.js").WorkOrder[]}} props */
function Crews({ orders }) {
  const [first] = [...orders].sort((a, b) => (a.planned_arrival_at < b.planned_arrival_at ? -1 : 1));
  if (!first) return html`<span class="muted">–</span>`;
  const rest = orders.length > 1 ? t("and_n", { n: orders.length - 1, all: orders.length }) : t(`work_order.${first.state}`);
  return html`${first.technician_name ?? first.technician} <span class="muted">${rest}</span>`;
}
