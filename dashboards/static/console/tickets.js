/**
 * The ticket view: the queue by what runs out first, and the ticket that is looked at beside it.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Nothing, Time } from "../parts/marks.js";
import { searchOf } from "../state/route.js";
import { byWhatRunsOut } from "../state/tickets.js";
import { incidentTitle, refusalSentence, titleWords } from "../words/catalogue.js";
import { actorWords, noteWords } from "../words/notes.js";
import { OpenTicket } from "./open_ticket.js";
import { TicketFacts } from "./ticket_facts.js";
import { TicketMoves } from "./ticket_moves.js";
import { waitingWords } from "./explanation.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const MOST = 500;
const COLUMNS = ["priority", "runs_out", "ticket", "what", "state", "crew", "arrival", "age"];

/** @param {ViewProps} props */
export function Tickets({ board, revision, route, go, may }) {
  useTick();
  const [opening, setOpening] = useState(false);
  const tickets = useMemo(() => [...board.items("ticket").values()].sort(byWhatRunsOut), [revision]);
  const id = route.id || tickets[0]?.id || "";
  /** @param {number} by */
  const step = (by) => {
    const next = tickets[Math.max(0, Math.min(tickets.length - 1, tickets.findIndex((one) => one.id === id) + by))];
    if (next) go({ view: "tickets", id: next.id }, true);
  };
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    { keys: "n", label: "key.new_ticket", run: () => may("manage_tickets") && setOpening(true) },
  ]);
  const show = (/** @type {Ticket} */ ticket) => go({ view: "tickets", id: ticket.id });
  return html`<section class="view-tickets">
    <div class="bar">
      <span class="muted">${t("tickets.order")}</span>
      ${
        may("manage_tickets") &&
        html`<button class="button button-small bar-end" onClick=${() => setOpening(true)}>
          ${t("ticket.open_by_hand")} <kbd>n</kbd>
        </button>`
      }
    </div>
    ${
      id
        ? html`<${Queue} tickets=${tickets} id=${id} board=${board} go=${go} may=${may} />`
        : html`<${NoTickets} board=${board} />`
    }
    ${opening && html`<${OpenTicket} board=${board} onClose=${() => setOpening(false)} onOpened=${show} />`}
  </section>`;
}

/** @param {{board: any}} props */
function NoTickets({ board }) {
  if (!board.loaded) return html`<${Nothing} title=${t("loading.tickets")} />`;
  return html`<${Nothing} title=${t("empty.tickets")} hint=${t("empty.tickets.hint")} />`;
}

/** @param {{tickets: Ticket[], id: string, board: any, go: ViewProps["go"], may: ViewProps["may"]}} props */
function Queue({ tickets, id, board, go, may }) {
  const orders = [...board.items("work_order").values()];
  return html`<div class="split split-table">
    <div class="scroll" tabindex="0" role="region" aria-label=${t("view.tickets")}>
      <table class="table table-roomy table-pick table-tickets">
        <thead>
          <tr>
            ${COLUMNS.map((name) => html`<th scope="col">${t(`column.${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${tickets
            .slice(0, MOST)
            .map(
              (ticket) =>
                html`<${TicketRow}
                  key=${ticket.id}
                  ticket=${ticket}
                  here=${ticket.id === id}
                  board=${board}
                  orders=${orders.filter((order) => order.ticket === ticket.id)}
                  onPick=${() => go({ view: "tickets", id: ticket.id }, true)}
                />`,
            )}
        </tbody>
      </table>
      ${tickets.length > MOST && html`<p class="muted">${t("more_n", { n: tickets.length - MOST })}</p>`}
    </div>
    <${TicketDetail} key=${id} id=${id} board=${board} may=${may} />
  </div>`;
}

/** @param {{ticket: Ticket, here: boolean, board: any, orders: import("../shapes.js").WorkOrder[], onPick: () => void}} props */
function TicketRow({ ticket, here, board, orders, onPick }) {
  const first = [...orders].sort((a, b) => (a.planned_arrival_at < b.planned_arrival_at ? -1 : 1))[0];
  return html`<tr class=${here ? "row-here" : ""} aria-current=${here ? "true" : undefined} onClick=${onPick}>
    <td class=${`priority-${ticket.priority}`}>P${ticket.priority}</td>
    <td>
      ${ticket.site_down_at ? html`<${Countdown} at=${ticket.site_down_at} zone=${ticket.time_zone} />` : html`<span class="muted">–</span>`}
    </td>
    <td><a href=${searchOf({ view: "tickets", id: ticket.id })}>${ticket.id}</a></td>
    <td class="cell-wide">${ticketTitle(ticket, board)}</td>
    <td>${t(`ticket.${ticket.state}`)}</td>
    <td><${Crews} first=${first} count=${orders.length} /></td>
    <td>${first && html`<${Time} at=${first.on_site_at ?? first.planned_arrival_at} zone=${ticket.time_zone} />`}</td>
    <td class="muted"><${Time} at=${ticket.opened_at} zone=${ticket.time_zone} /></td>
  </tr>`;
}

/** Who arrives first, and how many come besides.
 * @param {{first: import("../shapes.js").WorkOrder|undefined, count: number}} props */
function Crews({ first, count }) {
  if (!first) return html`<span class="muted">–</span>`;
  const rest = count > 1 ? t("and_n", { n: count - 1, all: count }) : t(`work_order.${first.state}`);
  return html`${first.technician_name ?? first.technician} <span class="muted">${rest}</span>`;
}

/** @param {Ticket} ticket
 * @param {any} board */
function ticketTitle(ticket, board) {
  const incident = board.items("incident").get(ticket.incident);
  if (incident) return incidentTitle(incident, board);
  const title = titleWords(ticket.title);
  return title.includes(ticket.site_name ?? "") ? title : `${title} · ${ticket.site_name}`;
}

/** @param {{id: string, board: any, may: ViewProps["may"]}} props */
function TicketDetail({ id, board, may }) {
  const live = board.items("ticket").get(id);
  const { fetched, problem } = useFetched(id, live?.version);
  const ticket = live ?? fetched;
  if (!ticket) return html`<aside class="detail"><${Nothing} title=${problem || t("loading")} /></aside>`;
  return html`<aside class="detail" aria-labelledby="ticket-title" tabindex="0">
    <header class="detail-head">
      <h2 id="ticket-title">${ticketTitle(ticket, board)}</h2>
      <p class="muted">
        ${ticket.id} · ${t(`ticket.${ticket.state}`)} · ${t("priority_n", { n: ticket.priority })} ·${" "}
        ${t("opened_by", { who: actorWords(ticket.opened_by) })} <${Time} at=${ticket.opened_at} zone=${ticket.time_zone} />
      </p>
      <${Held} ticket=${ticket} />
      <${TicketFacts} ticket=${ticket} />
      <${ToIncident} id=${ticket.incident} />
      ${may("plan_silence") && html`<p><a href=${searchOf({ view: "silences", id: ticket.id })}>${t("silence.plan")}</a></p>`}
      ${ticket.text && html`<p>${ticket.text}</p>`}
    </header>
    ${may("manage_tickets") && html`<${TicketMoves} ticket=${ticket} board=${board} />`}
    <${Needs} needs=${fetched?.needs ?? []} board=${board} />
    <${Notes} notes=${fetched?.notes ?? []} />
  </aside>`;
}

/** @param {string} id
 * @param {number|undefined} version */
function useFetched(id, version) {
  const [fetched, setFetched] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const leaving = new AbortController();
    get(`/api/v1/tickets/${encodeURIComponent(id)}`, {}, leaving.signal)
      .then(setFetched)
      .catch((error) => leaving.signal.aborted || setProblem(refusalSentence(error)));
    return () => leaving.abort();
  }, [id, version]);
  return { fetched, problem };
}

/** Why and until when a ticket is held.
 * @param {{ticket: Ticket}} props */
function Held({ ticket }) {
  if (ticket.state !== "held") return null;
  const until = html`<${Time} at=${ticket.hold_until} zone=${ticket.time_zone} />`;
  return html`<p>${t("ticket.held")}: ${ticket.hold_reason}, ${t("until")} ${until}</p>`;
}

/** @param {{id: string|null}} props */
function ToIncident({ id }) {
  return id && html`<p><a href=${searchOf({ view: "incidents", id })}>${t("to_incident", { id })}</a></p>`;
}

/** @param {{needs: import("../shapes.js").Need[], board: any}} props */
function Needs({ needs, board }) {
  if (!needs.length) return null;
  return html`<section>
    <h3>${t("needs_n", { n: needs.length })}</h3>
    <ul class="list">
      ${needs.map((need) => {
        const waiting = board.items("waiting_need").get(need.id);
        return html`<li key=${need.id}>
          <span>${need.site_name ?? need.site} · ${t(`kind.${need.kind}`)}</span>
          <span class="muted"> ${t(`need.${need.state}`)}</span>
          ${waiting && html`<p class="muted dense">${waitingWords(waiting)}</p>`}
        </li>`;
      })}
    </ul>
  </section>`;
}

/** @param {{notes: {at: string, actor: string, kind: string, text: string}[]}} props */
function Notes({ notes }) {
  if (!notes.length) return null;
  return html`<section>
    <h3>${t("ticket.notes")}</h3>
    <ol class="story">
      ${[...notes].reverse().map(
        (note) =>
          html`<li>
            <span class="muted"><${Time} at=${note.at} /></span>
            <span>${noteWords(note.text)} <span class="muted">${actorWords(note.actor)}</span></span>
          </li>`,
      )}
    </ol>
  </section>`;
}
