/**
 * Who calls: the promises made to them first, between which of their places the agent chooses, what they complained of before.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { Countdown, Time } from "../parts/marks.js";
import { categoryName } from "./care.js";

/** @typedef {import("../state/shapes_desk.js").Outage} Outage */
/** @typedef {import("../state/shapes_desk.js").Customer} Customer */
/** @typedef {import("../state/shapes_desk.js").Pledge} Pledge */
/** @typedef {import("../state/desk_call.js").Option} Option */

/** @param {{outage: Outage, customer: Customer|null, phone: string}} props */
export function Who({ outage, customer, phone }) {
  const person = outage.customer;
  const name = person?.name ?? t(outage.id.startsWith("phone:") ? "desk.unknown_customer" : "desk.no_customer");
  const site = [outage.site_name, outage.site].filter(Boolean).join(" ");
  const facts = [
    customer?.phone ?? phone,
    person?.tenant,
    site && t("desk.served_by", { site }),
    customer?.products.join(t("comma")),
    customer?.manager && t("desk.owned_by", { name: customer.manager }),
    customer?.wish?.opt_out && t("desk.opted_out"),
  ].filter(Boolean);
  return html`<p class="who">
    <span class="who-name">${name}</span>
    ${person?.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
    ${facts.map((fact) => html`<span key=${fact} class="muted">${fact}</span>`)}
  </p>`;
}

/** Between whom or which place; number keys choose.
 * @param {{options: Option[], chosen: import("../state/ask.js").Ask|null, shown: string|null, onChoose: (option: Option) => void}} props */
export function Options({ options, chosen, shown, onChoose }) {
  if (!options.length) return null;
  const among = options[0]?.ask.site ? "desk.which_place" : "desk.which_person";
  return html`<div class="options" role="group" aria-label=${t(among)}>
    <span class="muted">${t(among)}</span>
    ${options.map((option, place) => {
      const on = chosen?.site === option.ask.site && chosen?.customer_id === option.ask.customer_id;
      return html`<button
        key=${option.key}
        type="button"
        class=${on || (!chosen?.site && option.key === shown) ? "chip chip-on" : "chip"}
        aria-pressed=${on}
        onClick=${() => onChoose(option)}
      >
        ${place < 9 && !chosen?.site && html`<kbd>${place + 1}</kbd>`} ${option.name}
        ${option.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
        <span class="muted">${option.detail}</span>
      </button>`;
    })}
  </div>`;
}

/** What was promised and is not kept yet: said before the customer says it.
 * @param {{promises: Pledge[], onOpen: (complaint: string) => void}} props */
export function Promised({ promises, onOpen }) {
  useTick();
  if (!promises.length) return null;
  return html`<section class="promised" aria-label=${t("desk.promised")}>
    <h3>${t("desk.promised")}</h3>
    <ul>
      ${promises.map((one) => html`<${Pledged} key=${one.id} one=${one} onOpen=${onOpen} />`)}
    </ul>
  </section>`;
}

/** @param {{one: Pledge, onOpen: (complaint: string) => void}} props */
function Pledged({ one, onOpen }) {
  const late = one.due_at !== null && Date.parse(one.due_at) <= now();
  const warned = late || one.state === "broken" || one.warned_at !== null;
  return html`<li class=${warned ? "promised-line promised-warned" : "promised-line"}>
    <span>${one.text}</span>
    <span class=${late ? "word-critical" : warned ? "word-major" : "muted"}>
      ${late && html`<span aria-hidden="true">◆ </span>${t("desk.broken")} `}
      ${!late && warned && html`<span aria-hidden="true">▲ </span>`}
      ${one.due_at ? html`<${Countdown} at=${one.due_at} />` : t(`pledge.${one.state}`)}
    </span>
    <button type="button" class="text-link" onClick=${() => onOpen(one.complaint)}>${one.complaint}</button>
  </li>`;
}

/** Open complaints in the open, what is closed folded away.
 * @param {{customer: Customer, care: import("./care.js").CareIndex, onOpen: (complaint: string) => void}} props */
export function History({ customer, care, onOpen }) {
  const open = customer.complaints.filter(({ state }) => state !== "closed");
  const closed = customer.complaints.filter(({ state }) => state === "closed");
  if (!open.length && !closed.length) return html`<p class="muted dense">${t("desk.first_complaint")}</p>`;
  /** @param {import("../state/shapes_desk.js").Complaint} one */
  const line = (one) => html`<li key=${one.id} class="past">
    <button type="button" class="text-link" onClick=${() => onOpen(one.id)}>${one.id}</button>
    <span>${t(`complaint.${one.state}`)}</span>
    <span class="past-text">${categoryName(care, one.category)}${t("colon")}${one.text}</span>
    <span class="muted"><${Time} as="ago" at=${one.registered_at} zone=${one.time_zone} /></span>
  </li>`;
  return html`<section class="history-of" aria-label=${t("desk.history")}>
    ${open.length > 0 && html`<h3>${t("desk.open_complaints", { n: open.length })}</h3><ul>${open.map(line)}</ul>`}
    ${
      closed.length > 0 &&
      html`<details>
        <summary class="muted">${t("desk.closed_complaints", { n: closed.length })}</summary>
        <ul>${closed.map(line)}</ul>
      </details>`
    }
  </section>`;
}
