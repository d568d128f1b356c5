/**
 * Tickets that concerned the tenant, and its word on how each was ended.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { Nothing } from "../parts/marks.js";
import { once } from "../parts/once.js";
import { say } from "../parts/toasts.js";
import { Section } from "./now.js";

/** @typedef {import("../state/shapes_tenant.js").Ticket} Ticket */

/** @param {import("./main.js").PartProps} props */
export function Tickets({ picture, look }) {
  const waiting = picture.tickets.filter((one) => one.waits_for_you);
  const others = picture.tickets.filter((one) => !waiting.includes(one));
  if (!picture.tickets.length) return html`<${Nothing} title=${t("tenant.no_ticket")} />`;
  return html`
    ${waiting.length > 0 && html`<${Section} title=${t("tenant.to_agree")}>${waiting.map((one) => html`<${TicketItem} key=${one.id} ticket=${one} look=${look} />`)}<//>`}
    ${others.length > 0 && html`<${Section} title=${t("tenant.tickets")}>${others.map((one) => html`<${TicketItem} key=${one.id} ticket=${one} look=${look} />`)}<//>`}
  `;
}

/** @param {{ticket: Ticket, look: () => Promise<void>}} props */
function TicketItem({ ticket, look }) {
  const [disagreeing, setDisagreeing] = useState(false);
  const { id, cause, sites, opened_at: opened, resolved_at: resolved, agreement, version } = ticket;
  const zone = sites[0]?.time_zone;
  const judge = async (/** @type {boolean} */ agreed, reason = "") => {
    const path = `/api/v1/tenant/tickets/${encodeURIComponent(id)}/agreement`;
    await post(path, { agreed, reason, version: version || null });
    say({ text: t(agreed ? "tenant.agreed_done" : "tenant.disagreed_done", { id }) });
    await look();
  };
  return html`<article class="tenant-item">
    <p class="tenant-item-top">
      <strong>${id}</strong> <span>${sites.map((site) => site.name).join(t("comma"))}</span>
      <span class="muted">${clock(opened, zone)}${resolved ? ` – ${clock(resolved, zone)}` : ""}</span>
      <span class="muted">${t(`tenant.ticket.${ticket.state}`)}</span>
    </p>
    <p>${t("tenant.because", { cause: cause[lang()] })}</p>
    ${agreement && html`<p class="muted">${said(agreement, zone)}</p>`}
    ${
      ticket.may_be_judged &&
      html`<p class="tenant-actions">
        ${!agreement?.agreed && html`<button class=${`button${agreement ? "" : " button-primary"}`} onClick=${() => void once(`agree ${id}`, () => judge(true))}>${t("tenant.agree")}</button>`}
        ${(!agreement || agreement.agreed) && html`<button class="button" onClick=${() => setDisagreeing(true)}>${t("tenant.disagree")}</button>`}
      </p>`
    }
    ${
      disagreeing &&
      html`<${FormDialog}
        title=${t("tenant.disagree_title", { id })}
        action=${t("tenant.disagree")}
        onClose=${() => setDisagreeing(false)}
        onSubmit=${(/** @type {Record<string, string>} */ fields) => judge(false, fields.reason)}
      >
        <${Field} name="reason" label=${t("tenant.why_disagree")}>
          <textarea id="field-reason" name="reason" maxlength="2000" required></textarea>
        <//>
      <//>`
    }
  </article>`;
}

/** @param {import("../state/shapes_tenant.js").Agreement} agreement
 * @param {string|undefined} zone */
function said({ agreed, reason, agreed_at: at, agreed_by: by }, zone) {
  const words = { by, time: clock(at, zone), reason };
  return t(agreed ? "tenant.you_agreed" : "tenant.you_disagreed", words);
}
