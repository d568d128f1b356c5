/**
 * An incident that opened no ticket by itself: why it did not, and the way to one by hand.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { searchOf } from "../state/route.js";
import { incidentTitle } from "../words/catalogue.js";
import { OpenTicket } from "./open_ticket.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */

/** @param {{incident: Incident, alarms: Alarm[], silent: boolean, may: (permission: string) => boolean, board: any}} props */
export function NoTicket({ incident, alarms, silent, may, board }) {
  const [asking, setAsking] = useState(false);
  const [opened, setOpened] = useState("");
  const mayOpen = may("manage_tickets");
  const site = incident.root.site ?? alarms[0]?.site ?? "";
  const about = { site, title: incidentTitle(incident, board), text: t("incident.ticket_text", { id: incident.id }) };
  useKeys(mayOpen ? [{ keys: "n", label: "key.new_ticket", run: () => setAsking(true) }] : []);
  return html`<section class="ticket-line" aria-label=${t("ticket")}>
    <p>${why(alarms, silent)} ${opened && html`<a href=${searchOf({ view: "tickets", id: opened })}>${opened}</a>`}</p>
    ${
      mayOpen &&
      html`<button class="button button-small" onClick=${() => setAsking(true)}>
        ${t("ticket.open_by_hand")} <kbd>n</kbd>
      </button>`
    }
    ${
      asking &&
      html`<${OpenTicket}
        board=${board}
        about=${about}
        onClose=${() => setAsking(false)}
        onOpened=${(/** @type {import("../shapes.js").Ticket} */ ticket) => setOpened(ticket.id)}
      />`
    }
  </section>`;
}

/** @param {Alarm[]} alarms
 * @param {boolean} silent */
function why(alarms, silent) {
  if (silent) return t("incident.no_ticket_silent");
  const baseline = alarms.length > 0 && alarms.every((alarm) => alarm.baseline);
  return t(baseline ? "incident.no_ticket_baseline" : "incident.no_ticket");
}
