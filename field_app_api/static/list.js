/** My work: the next job in reach of one thumb, the others below, what ended at the bottom. */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock, relative } from "/shared/lib/time.js";

/** @typedef {import("./types.js").Order} Order */

const UNDER_WAY = ["on_site", "en_route", "accepted"];

/** @param {{orders: Order[] | null}} props */
export function OrderList({ orders }) {
  if (orders === null) return html`<main class="page"><p class="notice" role="status">${t("list.loading")}</p></main>`;
  const open = orders.filter((order) => !order.ended_at).sort(byTurn);
  const ended = orders.filter((order) => order.ended_at);
  const [next, ...later] = open;
  return html`<main class="page">
    <h1 class="visually-hidden">${t("app.orders")}</h1>
    ${next ? html`<${Next} order=${next} />` : html`<p class="notice">${t("list.none")}</p>`}
    ${later.length > 0 && html`<${Rows} title=${t("list.later")} orders=${later} />`}
    ${ended.length > 0 && html`<${Rows} title=${t("list.ended")} orders=${ended} />`}
  </main>`;
}

/** What is under way comes first, then what is most urgent. @param {Order} one @param {Order} other */
function byTurn(one, other) {
  return turn(one) - turn(other) || one.priority - other.priority || one.planned_arrival_at.localeCompare(other.planned_arrival_at);
}

/** @param {Order} order */
function turn(order) {
  const place = UNDER_WAY.indexOf(order.state);
  return place < 0 ? UNDER_WAY.length : place;
}

/** @param {{order: Order}} props */
function Next({ order }) {
  return html`<section class="next" aria-label=${t("list.next")}>
    <p class="muted">${t("list.next")} · ${t(`state.${order.state}`)}</p>
    <h2><a class="next-link" href=${`#${order.id}`}>${order.fault[lang()]}</a></h2>
    <p class="next-site">${order.site_name ?? order.site}</p>
    <p class="muted">${t("order.reach", { minutes: Math.round(order.travel_minutes), km: order.distance_km.toFixed(1) })}</p>
    <${Urgency} order=${order} />
  </section>`;
}

/** @param {{order: Order}} props */
export function Urgency({ order }) {
  if (order.state === "offered" && order.offer_expires_at) {
    return html`<p class="urgent">${t("order.answer_by", { time: clock(order.offer_expires_at, order.time_zone) })}</p>`;
  }
  return order.site_down_at && !order.ended_at
    ? html`<p class="urgent">${t("order.down_at", { time: relative(order.site_down_at, order.time_zone) })}</p>`
    : null;
}

/** @param {{title: string, orders: Order[]}} props */
function Rows({ title, orders }) {
  return html`<section>
    <h2 class="section">${title}</h2>
    <ul class="rows">
      ${orders.map(
        (order) => html`<li key=${order.id}>
          <a class="row" href=${`#${order.id}`}>
            <span class="row-main">${order.fault[lang()]}<br /><span class="muted">${order.site_name ?? order.site}</span></span>
            <span class="row-side">${t(`state.${order.state}`)}<br /><span class="muted">${clock(order.ended_at ?? order.offered_at, order.time_zone)}</span></span>
          </a>
        </li>`,
      )}
    </ul>
  </section>`;
}
