/**
 * One ticket: what it is, what runs out, what can be done, what hangs on it, and all that happened with it.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Countdown, Nothing, Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { clocksBy } from "../state/runs_out.js";
import { searchOf } from "../state/route.js";
import { holdWords } from "../words/hold.js";
import { actorWords } from "../words/notes.js";
import { orderWords } from "../words/catalogue.js";
import { waitingWords } from "./explanation.js";
import { ProblemsHere } from "./problem_here.js";
import { ProcedureHere } from "./procedure_here.js";
import { SimilarFaults } from "./similar.js";
import { groupWord } from "./ticket_choices.js";
import { TicketClocks } from "./ticket_clocks.js";
import { TicketDeeds } from "./ticket_deeds.js";
import { TicketFacts } from "./ticket_facts.js";
import { TicketHistory } from "./ticket_history.js";
import { TicketMoves } from "./ticket_moves.js";
import { PrintedTicket } from "./ticket_print.js";
import { Consents, TenantsWord } from "./ticket_tenants.js";
import { ticketTitle } from "./tickets.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */
/** @typedef {Ticket & {needs: any[], work_orders: any[], clocks: any[], extensions: any[], children: Ticket[]}} Fetched */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {any} props.board
 * @param {number} props.revision
 * @param {import("../state/shapes_board.js").Choices|null} props.choices
 * @param {import("/shared/lib/api.js").User} props.user
 * @param {(permission: string) => boolean} props.may
 * @param {boolean} props.keys  its own work: not while several are chosen, which the same keys are for
 * @param {() => void} props.onBack
 */
export function TicketDetail({ id, board, choices, user, may, keys, onBack }) {
  const [printing, setPrinting] = useState(false);
  const live = /** @type {Ticket|undefined} */ (board.items("ticket").get(id));
  const path = `/api/v1/tickets/${encodeURIComponent(id)}`;
  const { data, problem, again } = useFetched(path, { on: live });
  const history = useFetched(`${path}/history`, { on: live });
  const fetched = /** @type {Fetched|null} */ (data);
  const ticket = live ?? fetched;
  if (!ticket) return html`<aside class="detail"><${Nothing} title=${problem || t("loading")} /></aside>`;
  const items = /** @type {{items: import("../state/shapes_board.js").HistoryItem[]}|null} */ (history.data)?.items ?? [];
  const done = () => void Promise.all([again(), history.again()]);
  const clocks = clocksBy(board.items("clock").values(), "ticket").get(id) ?? [];
  const stopped = (fetched?.clocks ?? []).filter((one) => one.state === "stopped");
  return html`<aside class="detail detail-ticket" aria-labelledby="ticket-title" tabindex="0">
    <header class="detail-head">
      <button class="button button-small button-quiet detail-back" onClick=${onBack}>← ${t("view.tickets")}</button>
      <h2 id="ticket-title">${ticketTitle(ticket, board)}</h2>
      <p class="muted">
        ${ticket.id} · ${t(`ticket.${ticket.state}`)} · ${t("priority_n", { n: ticket.priority })} ·${" "}
        ${t("opened_by", { who: actorWords(ticket.opened_by) })} <${Countdown} at=${ticket.opened_at} zone=${ticket.time_zone} />
      </p>
      <${Whose} ticket=${ticket} user=${user} choices=${choices} />
      <${Links} ticket=${ticket} board=${board} user=${user} may=${may} />
      <${Held} ticket=${ticket} />
      <${TenantsWord} ticket=${ticket} board=${board} />
      ${ticket.resolution_proposed_at && ticket.state !== "resolved" && html`<p class="notice">${t("ticket.proposed_hint")}</p>`}
      <${TicketFacts} ticket=${ticket} />
      ${ticket.text && html`<p>${ticket.text}</p>`}
    </header>
    <${Moves} ticket=${ticket} board=${board} choices=${choices} may=${may} keys=${keys}>
      <${TicketDeeds}
        ticket=${ticket}
        board=${board}
        choices=${choices}
        user=${user}
        may=${may}
        keys=${keys}
        onDone=${done}
        onPrint=${() => setPrinting(true)}
      />
    <//>
    <${TicketClocks} ticket=${id} clocks=${[...clocks, ...stopped]} extensions=${fetched?.extensions ?? []} may=${may} onDone=${done} />
    <${Family} ticket=${ticket} below=${fetched?.children ?? []} board=${board} />
    <${Places} needs=${fetched?.needs ?? []} board=${board} />
    ${fetched && html`<${Consents} ticket=${ticket} sites=${sitesOf(ticket, fetched)} board=${board} may=${may} />`}
    ${
      fetched &&
      html`<${ProblemsHere}
        incident=${ticket.incident}
        ticket=${id}
        sites=${sitesOf(ticket, fetched).map((site) => site.id)}
        alarmType=${rootType(ticket, fetched, board)}
        board=${board}
        may=${may}
      />`
    }
    <${ProcedureHere} at=${id} alarmType=${rootType(ticket, fetched, board)} />
    ${ticket.incident && html`<${SimilarFaults} incident=${ticket.incident} />`}
    <${TicketHistory} items=${items} zone=${ticket.time_zone} />
    ${printing && html`<${PrintedTicket} ticket=${ticket} title=${ticketTitle(ticket, board)} fetched=${fetched} items=${items} onDone=${() => setPrinting(false)} />`}
  </aside>`;
}

/** @param {{ticket: Ticket, board: any, choices: import("../state/shapes_board.js").Choices|null, may: (permission: string) => boolean, keys: boolean, children?: unknown}} props */
function Moves({ ticket, board, choices, may, keys, children }) {
  const deeds = html`<div class="moves deeds">${children}</div>`;
  if (!may("manage_tickets")) return deeds;
  return html`<${TicketMoves} ticket=${ticket} board=${board} choices=${choices} keys=${keys}>${deeds}<//>`;
}

/** @param {{ticket: Ticket, user: import("/shared/lib/api.js").User, choices: import("../state/shapes_board.js").Choices|null}} props */
function Whose({ ticket, user, choices }) {
  const { assignee, assigned_group: group } = ticket;
  if (!assignee && !group) return html`<p class="muted">${t("ticket.unassigned")}</p>`;
  const names = [group && groupWord(group, choices), assignee === user.name ? t("you") : assignee].filter(Boolean);
  return html`<p>${t("ticket.with", { who: names.join(" · ") })}</p>`;
}

/** The ways on: its incident with whoever claimed it, its site, a planned silence.
 * @param {{ticket: Ticket, board: any, user: import("/shared/lib/api.js").User, may: (permission: string) => boolean}} props */
function Links({ ticket, board, user, may }) {
  const claim = ticket.incident && board.items("claim").get(ticket.incident);
  return html`<p class="links">
    ${ticket.incident && html`<a href=${searchOf({ view: "incidents", id: ticket.incident })}>${t("to_incident", { id: ticket.incident })}</a>`}
    ${claim && html`<span class="claim-mark">${t("ticket.claimed", { who: claim.by === user.name ? t("you") : claim.by })}</span>`}
    ${ticket.site && html`<a href=${searchOf({ view: "site", id: ticket.site })}>${ticket.site_name ?? ticket.site}</a>`}
    ${may("plan_silence") && html`<a href=${searchOf({ view: "silences", id: ticket.id })}>${t("silence.plan")}</a>`}
  </p>`;
}

/** What its incident is rooted in; else, once that is over, what hands were wanted for.
 * @param {Ticket} ticket
 * @param {Fetched|null} fetched
 * @param {any} board
 * @returns {string|undefined} an alarm type */
function rootType(ticket, fetched, board) {
  return board.items("incident").get(ticket.incident)?.root.alarm_type ?? fetched?.needs[0]?.alarm_type;
}

/** Where it wants hands, its own site first.
 * @param {Ticket} ticket
 * @param {Fetched} fetched
 * @returns {{id: string, name: string}[]} */
function sitesOf(ticket, { needs }) {
  const places = [ticket, ...needs].filter(({ site }) => site);
  return [...new Map(places.map(({ site, site_name: name }) => [site, { id: site, name: name ?? site }])).values()];
}

/** Why and until when a ticket is held.
 * @param {{ticket: Ticket}} props */
function Held({ ticket }) {
  if (ticket.state !== "held") return null;
  const until = html`<${Time} as="clock" at=${ticket.hold_until} zone=${ticket.time_zone} />`;
  return html`<p>${t("ticket.held")}${t("colon")}${holdWords(ticket.hold_reason)}, ${t("until")} ${until}</p>`;
}

/** The ticket that it stands under, and those under it.
 * @param {{ticket: Ticket, below: Ticket[], board: any}} props */
function Family({ ticket, below, board }) {
  if (!ticket.parent && !below.length) return null;
  return html`<section>
    <h3>${t("family.title")}</h3>
    <ul class="list">
      ${
        ticket.parent &&
        html`<li>
          ${t("family.under")} <a href=${searchOf({ view: "tickets", id: ticket.parent })}>${ticket.parent}</a>
          <span class="muted"> ${t(ticket.follows_parent ? "family.follows" : "family.alone")}</span>
        </li>`
      }
      ${below.map(
        (one) =>
          html`<li key=${one.id}>
            <a href=${searchOf({ view: "tickets", id: one.id })}>${one.id}</a> ${ticketTitle(one, board)}
            <span class="muted"> ${t(`ticket.${one.state}`)}${one.follows_parent ? "" : ` · ${t("family.alone")}`}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Where hands are wanted, and who comes or why nobody does.
 * @param {{needs: import("../shapes.js").Need[], board: any}} props */
function Places({ needs, board }) {
  if (!needs.length) return null;
  const orders = /** @type {import("../shapes.js").WorkOrder[]} */ ([...board.items("work_order").values()]);
  return html`<section>
    <h3>${t("needs_n", { n: needs.length })}</h3>
    <ul class="list">
      ${needs.map((need) => {
        const order = orders.find((one) => one.needs.includes(need.id));
        const waiting = board.items("waiting_need").get(need.id);
        return html`<li key=${need.id}>
          <span>${need.site_name ?? need.site} · ${t(`kind.${need.kind}`)}</span>
          <span class="muted"> ${t(`need.${need.state}`)}</span>
          ${
            order
              ? html`<p class="dense">
                  <a href=${searchOf({ view: "work", id: order.id })}>${order.id}</a> ${order.technician_name ?? order.technician}
                  <span class="muted"> ${t(`work_order.${order.state}`)} · ${orderWords(order, board)}</span>
                </p>`
              : waiting &&
                html`<p class="muted dense">
                  ${waitingWords(waiting)} <a href=${searchOf({ view: "work", id: need.id })}>${t("work.send")}</a>
                </p>`
          }
        </li>`;
      })}
    </ul>
  </section>`;
}
