/** Somebody to call: the name, and the number under the thumb. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";

/** @param {{name: string, phone: string, about?: string}} props */
export function PersonRow({ name, phone, about = "" }) {
  return html`<li class="row">
    <span class="row-main">${name}${about && html`<br /><span class="muted">${about}</span>`}</span>
    ${phone && html`<a class="button" href=${`tel:${phone}`} aria-label=${t("do.call_who", { name })}>${t("do.call")}</a>`}
  </li>`;
}
