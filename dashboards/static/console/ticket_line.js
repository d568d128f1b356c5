/**
 * A ticket beside its incident: number, state, and the way to it.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { searchOf } from "../state/route.js";
import { holdWords } from "../words/hold.js";
import { TicketFacts } from "./ticket_facts.js";
import { TicketMoves } from "./ticket_moves.js";

/** @param {{ticket: import("../shapes.js").Ticket, may: (permission: string) => boolean, board: any}} props */
export function TicketLine({ ticket, may, board }) {
  return html`<section class="ticket-line" aria-label=${t("ticket")}>
    <p>
      ${t("ticket")} <a href=${searchOf({ view: "tickets", id: ticket.id })}>${ticket.id}</a>
      ${" · "}${t(`ticket.${ticket.state}`)} · ${t("priority_n", { n: ticket.priority })}
      ${ticket.state === "held" && html` · ${holdWords(ticket.hold_reason)}, ${t("until")} <${Time} as="clock" at=${ticket.hold_until} zone=${ticket.time_zone} />`}
    </p>
    <${TicketFacts} ticket=${ticket} />
    ${may("manage_tickets") && html`<${TicketMoves} ticket=${ticket} board=${board} />`}
  </section>`;
}
