/** My day in order: the next job with its step under the thumb, then the others by time, then what is expected, then what ended. */

import { html } from "/vendor/preact.js";
import { useTick } from "/shared/lib/hooks.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { Actions } from "../job/actions.js";
import { Mended } from "../job/alarms.js";
import { RunningTimer } from "../job/alone.js";
import { Refused } from "../job/refused.js";
import { Fold } from "../parts/fold.js";
import { Unsent, Urgency, Worst } from "../parts/marks.js";
import { byTurn } from "../state/life.js";

/** @typedef {import("../types.js").Day} Day */
/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

/** @param {{work: Work}} props */
export function DayPage({ work }) {
  const { day } = work;
  if (!day) {
    return html`<main class="page">
      <h1 class="visually-hidden">${t("top.day")}</h1>
      <p class="notice">${t(work.reachable ? "day.reading" : "day.never")}</p>
    </main>`;
  }
  const orders = work.orders;
  const [next, ...later] = byTurn(orders.filter((order) => !order.ended_at), day.plan);
  const ended = orders.filter((order) => order.ended_at);
  const ahead = day.plan.filter((stop) => !stop.order);
  return html`<main class="page page-day">
    <h1 class="visually-hidden">${t("top.day")}</h1>
    ${day.emergency && html`<p class="banner">${day.emergency.words[lang()]}</p>`}
    <${Refused} work=${work} items=${work.aside.filter((item) => !orders.some((order) => order.id === item.order))} />
    <${RunningTimer} work=${work} />
    ${next ? html`<${Next} order=${next} work=${work} />` : html`<p class="notice">${nothing(day)}</p>`}
    ${later.length > 0 && html`<${Rows} title=${t("day.later")} orders=${later} at="planned_arrival_at" />`}
    ${ahead.length > 0 && html`<${Ahead} stops=${ahead} />`}
    <nav class="pair">
      <a class="button" href="#/map">${t("day.map")}</a>
      <a class="button" href="#/team">${t("help.team")}</a>
    </nav>
    ${ended.length > 0 && html`<${Fold} title=${t("day.ended")} count=${ended.length}><${Rows} orders=${ended} at="ended_at" /><//>`}
    ${next && html`<${Actions} work=${work} order=${next} caption=${next.site_name ?? next.site} />`}
  </main>`;
}

/** @param {Day} day */
function nothing({ duty, person }) {
  if (!duty.on && duty.next_from) return t("day.off_until", { time: clock(duty.next_from, person.time_zone) });
  return t("day.none");
}

/** @param {{order: ShownOrder, work: Work}} props */
function Next({ order, work }) {
  const now = useTick();
  return html`<section class="next" aria-label=${t("day.next")}>
    <p class="job-state"><strong>${t(`state.${order.state}`)}</strong> <${Unsent} order=${order} /></p>
    <h2 class="next-title"><${Worst} order=${order} /> <a class="whole" href=${`#${order.id}`}>${order.fault[lang()]}</a></h2>
    <p class="site">${order.site_name ?? order.site}</p>
    <p class="muted">${t("way.reach", { minutes: Math.round(order.travel_minutes), km: order.distance_km.toFixed(1) })}</p>
    <${Urgency} order=${order} now=${now} />
    ${order.state !== "offered" && html`<${Mended} order=${order} work=${work} />`}
  </section>`;
}

/** @param {{title?: string, orders: ShownOrder[], at: "planned_arrival_at" | "ended_at"}} props */
function Rows({ title, orders, at }) {
  return html`<section>
    ${title && html`<h2>${title}</h2>`}
    <ul class="rows">
      ${orders.map(
        (order) => html`<li class="row row-top row-link" key=${order.id}>
          <time class="row-time">${clock(order[at] ?? order.offered_at, order.time_zone)}</time>
          <span class="row-main">
            <a class="whole" href=${`#${order.id}`}><${Worst} order=${order} /> ${order.fault[lang()]}</a><br />
            <span class="muted">${order.site_name ?? order.site}</span>
          </span>
          <span class="row-side">${t(`state.${order.state}`)}<br /><${Unsent} order=${order} /></span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{stops: import("../types.js").Stop[]}} props */
function Ahead({ stops }) {
  return html`<section>
    <h2>${t("day.ahead")}</h2>
    <ul class="rows">
      ${stops.map(
        (stop) => html`<li class="row row-top" key=${stop.need}>
          <time class="row-time muted">${clock(stop.arrive, stop.time_zone)}</time>
          <span class="row-main">${stop.fault[lang()]}<br /><span class="muted">${stop.site_name ?? stop.site}</span></span>
          <span class="row-side muted">${t(`kind.${stop.kind}`)}</span>
        </li>`,
      )}
    </ul>
    <p class="muted dense">${t("day.ahead_what")}</p>
  </section>`;
}
