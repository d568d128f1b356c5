/**
 * One line of a queue: whose complaint, what breaks next, and how many it stands for.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Countdown, Time } from "../parts/marks.js";

/** @typedef {import("../state/shapes_desk.js").Complaint} Complaint */
/** @typedef {import("../state/desk_queue.js").Line} Line */
/** @typedef {import("../state/desk_queue.js").Queue} Queue */

/** @param {{line: Line, queue: Queue, cursor: boolean, open: boolean, onOpen: (line: Line) => void}} props */
export function QueueLine({ line, queue, cursor, open, onOpen }) {
  const { lead, count } = line;
  const classes = ["queue-line", cursor && "queue-cursor", open && "queue-open"].filter(Boolean).join(" ");
  return html`<li class=${classes}>
    <button type="button" class="queue-button" aria-current=${open ? "true" : undefined} onClick=${() => onOpen(line)}>
      <span class="queue-top">
        <span class="queue-who">${count > 1 ? t("desk.complaints_n", { n: count }) : whoOf(lead)}</span>
        ${count === 1 && lead.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
        <span class="queue-when"><${When} one=${lead} queue=${queue} /></span>
      </span>
      <span class="queue-text">${count > 1 ? (lead.site_name ?? lead.site ?? lead.text) : lead.text}</span>
      <span class="queue-text muted">${factsOf(line).join(" · ")}</span>
    </button>
  </li>`;
}

/** @param {Complaint} one
 * @returns {string} */
export function whoOf(one) {
  return one.customer_name ?? (one.phone || one.site_name || one.site || t("desk.no_customer"));
}

/** @param {Line} line
 * @returns {string[]} */
function factsOf({ lead, count, vips, heated, stillOut }) {
  if (count > 1)
    return [
      t(`complaint.${lead.state}`),
      lead.incident ?? lead.id,
      vips ? t("desk.vips_n", { n: vips }) : "",
      heated ? t("desk.heated_n", { n: heated }) : "",
      stillOut ? t("desk.still_out_n", { n: stillOut }) : "",
    ].filter(Boolean);
  return [
    lead.heat === "heated" ? t("heat.heated") : "",
    lead.leader_reason && lead.leader_reason !== lead.heat ? t(`leader.${lead.leader_reason}`) : "",
    lead.still_out_at ? t("desk.still_out") : t(`complaint.${lead.state}`),
    lead.incident ?? "",
    lead.site_name ?? "",
  ].filter(Boolean);
}

/** What breaks first, by what the queue is about.
 * @param {{one: Complaint, queue: Queue}} props */
function When({ one, queue }) {
  if (queue === "call_back") return html`<${Time} at=${one.restored_at} zone=${one.time_zone} />`;
  if (queue === "leader") return html`<${Time} at=${one.leader_at} zone=${one.time_zone} />`;
  const at = queue === "promises" ? one.promise_due_at : one.due_at;
  if (!at) return html`<span class="muted"><${Time} at=${one.registered_at} zone=${one.time_zone} /></span>`;
  return html`<${Due} at=${at} zone=${one.time_zone} warned=${queue === "promises" && one.promise_warned} />`;
}

/** @param {{at: string, zone: string|null, warned?: boolean}} props */
export function Due({ at, zone, warned = false }) {
  const late = Date.parse(at) <= now();
  const tone = late ? "word-critical" : warned ? "word-major" : "";
  return html`<span class=${tone}>
    ${tone && html`<span aria-hidden="true">${late ? "◆" : "▲"} </span>`}<${Countdown} at=${at} zone=${zone} going=${false} />
  </span>`;
}
