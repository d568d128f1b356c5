/**
 * Fault reports 申告: what the tenant reported and what became of it, and reporting another.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { Nothing, Time } from "../parts/marks.js";
import { say } from "../parts/toasts.js";
import { Section } from "./now.js";

/** @typedef {import("../state/shapes_tenant.js").FaultReport} FaultReport */
/** @typedef {import("./main.js").Picture} Picture */

/** @param {import("./main.js").PartProps} props */
export function Reports({ picture, look }) {
  const [reporting, setReporting] = useState(false);
  return html`<${Section} title=${t("tenant.reports")}>
    <p><button class="button button-primary" onClick=${() => setReporting(true)}>${t("tenant.report")}</button></p>
    ${
      picture.reports.length
        ? picture.reports.map((one) => html`<${ReportItem} key=${one.id} report=${one} categories=${picture.categories} />`)
        : html`<${Nothing} title=${t("tenant.no_report")} hint=${t("tenant.no_report.hint")} />`
    }
    ${reporting && html`<${ReportDialog} picture=${picture} look=${look} onClose=${() => setReporting(false)} />`}
  <//>`;
}

/** @param {{report: FaultReport, categories: Picture["categories"]}} props */
export function ReportItem({ report, categories }) {
  const category = categories.find(({ id }) => id === report.category)?.[lang()] ?? report.category;
  return html`<article class="tenant-item">
    <p class="tenant-item-top">
      <strong>${report.id}</strong>
      <a href=${`#sites/${encodeURIComponent(report.site)}`}>${report.site_name}</a>
      <span>${category}</span>
      <span class="muted"><${Time} as="ago" at=${report.reported_at} zone=${report.time_zone} /> ${report.reported_by}</span>
    </p>
    <p>${report.text}</p>
    <p class="muted">${becameOf(report)}</p>
  </article>`;
}

/** What became of a report, in a sentence.
 * @param {FaultReport} report */
function becameOf({ state, outage, ticket, ticket_state: ticketState }) {
  if (state === "closed") return t("tenant.report.closed");
  if (state === "restored") return t("tenant.report.restored");
  if (ticket) return t(`tenant.report.ticket.${ticketState === "acknowledged" ? "opened" : "going_on"}`, { ticket });
  return t(outage ? "tenant.report.outage" : "tenant.report.received");
}

/** @param {{picture: Picture, site?: {id: string, name: string}, look: () => Promise<void>, onClose: () => void}} props */
export function ReportDialog({ picture, site, look, onClose }) {
  const submit = async (/** @type {Record<string, string>} */ fields) => {
    const made = await post("/api/v1/tenant/fault-reports", {
      site: site?.id ?? fields.site,
      category: fields.category,
      text: fields.text,
    });
    say({ text: t("tenant.reported", { id: made.id }) });
    await look();
  };
  return html`<${FormDialog} title=${t("tenant.report")} action=${t("tenant.send")} onClose=${onClose} onSubmit=${submit}>
    ${
      site
        ? html`<p>${site.name} <span class="muted">${site.id}</span></p>`
        : html`<${Field} name="site" label=${t("tenant.which_site")}>
            <input id="field-site" name="site" list="tenant-sites" required autocomplete="off" />
            <datalist id="tenant-sites">
              ${picture.sites.items.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
            </datalist>
          <//>`
    }
    <${Field} name="category" label=${t("tenant.category")}>
      <select id="field-category" name="category" required>
        ${picture.categories.map((one) => html`<option key=${one.id} value=${one.id}>${one[lang()]}</option>`)}
      </select>
    <//>
    <${Field} name="text" label=${t("tenant.what_happens")}>
      <textarea id="field-text" name="text" maxlength="2000" required></textarea>
    <//>
  <//>`;
}
