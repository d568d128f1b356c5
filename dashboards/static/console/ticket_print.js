/**
 * A ticket on paper: one A4 sheet with what it is, who came, how long it took and what was said.
 */

import { html, useEffect } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { full, now } from "/shared/lib/time.js";
import { partyWords } from "../words/party.js";
import { storyActor, storyText, storyWords } from "../words/history.js";

/** @typedef {import("../shapes.js").Ticket} Ticket */

/**
 * @param {object} props
 * @param {Ticket} props.ticket
 * @param {string} props.title
 * @param {{work_orders: import("../shapes.js").WorkOrder[]}|null} props.fetched
 * @param {import("../state/shapes_board.js").HistoryItem[]} props.items
 * @param {() => void} props.onDone
 */
export function PrintedTicket({ ticket, title, fetched, items, onDone }) {
  useEffect(() => {
    addEventListener("afterprint", onDone, { once: true });
    print();
    return () => removeEventListener("afterprint", onDone);
  }, []);
  const zone = ticket.time_zone;
  /** @type {[string, string][]} */
  const facts = [
    ["column.site", [ticket.site_name, ticket.site, ticket.region].filter(Boolean).join(" · ")],
    ["column.state", t(`ticket.${ticket.state}`)],
    ["column.priority", String(ticket.priority)],
    ["column.incident", ticket.incident ?? ""],
    ["column.assignee", [ticket.assigned_group, ticket.assignee].filter(Boolean).join(" · ")],
    ["print.opened", full(ticket.opened_at, zone)],
    ["print.resolved", full(ticket.resolved_at, zone)],
    ["print.closed", full(ticket.closed_at, zone)],
    ["close.cause", ticket.cause],
    ["close.result", ticket.result],
    ["close.party", ticket.responsible_party && partyWords(ticket.responsible_party)],
  ];
  return html`<article class="print-sheet">
    <h1>${t("ticket")} ${ticket.id}</h1>
    <h2>${title}</h2>
    <dl>
      ${facts.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${ticket.text && html`<p>${ticket.text}</p>`}
    <h3>${t("history.title")}</h3>
    <table>
      ${items.map(
        (item) =>
          html`<tr>
            <td>${full(item.at, zone).slice(0, 16)}</td>
            <td>${storyWords(item, zone)}${storyText(item) && `${t("colon")}${storyText(item)}`}</td>
            <td>${storyActor(item)}</td>
          </tr>`,
      )}
    </table>
    <p class="print-foot">${t("print.made", { at: full(new Date(now()).toISOString(), zone) })}</p>
  </article>`;
}
