/**
 * What a ticket knows of its fault: how urgent it is and why, who is behind it, whose fault it seems, whose duplicate.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { searchOf } from "../state/route.js";
import { titleWords } from "../words/catalogue.js";
import { partyWords } from "../words/party.js";
import { reasonWords } from "../words/reasons.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */

/** @param {{ticket: Ticket}} props */
export function TicketFacts({ ticket }) {
  return html`<ul class="list muted dense ticket-facts">
    <${Weighed} impact=${ticket.impact} urgency=${ticket.urgency} />
    ${ticket.customers > 0 && html`<li>${t("ticket.customers", { n: ticket.customers })}</li>`}
    <${Party} ticket=${ticket} />
    ${ticket.cause && html`<li>${t("ticket.cause", { cause: titleWords(ticket.cause) })}</li>`}
    ${ticket.duplicate_of && html`<${Original} id=${ticket.duplicate_of} />`}
  </ul>`;
}

/** What makes its priority; a ticket by hand has only that.
 * @param {{impact: number|null, urgency: number|null}} props */
function Weighed({ impact, urgency }) {
  return impact && urgency && html`<li>${t("ticket.weighed", { impact, urgency })}</li>`;
}

/** Settled by a person, or proposed with the reason.
 * @param {{ticket: Ticket}} props */
function Party({ ticket }) {
  if (ticket.responsible_party)
    return html`<li>${t("ticket.party", { party: partyWords(ticket.responsible_party) })}</li>`;
  if (!ticket.proposed_party) return null;
  const party = t("ticket.party_proposed", { party: partyWords(ticket.proposed_party) });
  return html`<li>${party} · ${reasonWords(ticket.proposed_party_reason)}</li>`;
}

/** @param {{id: string}} props */
function Original({ id }) {
  return html`<li><a href=${searchOf({ view: "tickets", id })}>${t("ticket.duplicate_of", { id })}</a></li>`;
}
