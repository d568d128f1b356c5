/**
 * The crews behind a figure of the emergency view: who is under way in a county or on site there, and where.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { ordersIn } from "../state/emergencies.js";
import { searchOf } from "../state/route.js";
import { lastPart } from "../state/urgency.js";
import { SiteLink } from "./site_link.js";

/** @param {{board: any, region: string}} props */
export function CountyOrders({ board, region }) {
  const orders = ordersIn(board.items("work_order").values(), region);
  const title = t("emergency.sites_of", { region: lastPart(region), what: t("emergency.sites.under_way"), n: orders.length });
  return html`<section aria-label=${title}>
    <div class="section-head">
      <h3>${title}</h3>
      <a href=${searchOf({ view: "emergency" })}>${t("emergency.first")}</a>
    </div>
    ${!orders.length && html`<p class="muted">${t("emergency.no_crews")}</p>`}
    ${
      orders.length > 0 &&
      html`<table class="table">
        <${TableHead} columns=${["technician", "state", "arrival", "site", "work_order"]} />
        <tbody>
          ${orders.map(
            (order) =>
              html`<tr key=${order.id}>
                <td>${order.technician_name ?? order.technician}</td>
                <td>${t(`work_order.${order.state}`)}</td>
                <td><${Time} as="clock" at=${order.planned_arrival_at} zone=${order.time_zone} /></td>
                <td><${SiteLink} id=${order.site} name=${order.site_name} /> <span class="muted">${order.site}</span></td>
                <td><a href=${searchOf({ view: "work", id: order.id })}>${order.id}</a></td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }
  </section>`;
}
