/** Is it mended? Said from the alarms themselves, as old as they are; then the alarms one by one. */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { cssClass, shape, word } from "/shared/lib/severity.js";
import { clock, full, relative } from "/shared/lib/time.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** @param {ShownOrder} order */
export function standing(order) {
  return order.alarms.filter((alarm) => alarm.state === "active").length;
}

/** @param {{order: ShownOrder, work: import("../work.js").Work}} props */
export function Mended({ order, work }) {
  if (order.ended_at) return null;
  const stands = standing(order);
  const stale = work.isStale(Date.now());
  return html`<p role="status" class=${stands || stale ? "mended-not" : "mended"}>
    ${sentence(order, stands)}
    ${stale && html` <span class="muted">${t("net.as_of", { time: clock(new Date(work.asOf).toISOString(), order.time_zone) })}</span>`}
  </p>`;
}

/** @param {ShownOrder} order @param {number} stands */
function sentence(order, stands) {
  if (stands > 0) return t("alarms.still", { n: stands });
  if (order.alarms.length === 0) return t("alarms.none");
  return t(order.state === "on_site" ? "alarms.mended_on_site" : "alarms.mended");
}

/** @param {{order: ShownOrder}} props */
export function Alarms({ order }) {
  if (order.alarms.length === 0) return null;
  return html`<section>
    <h2>${t("alarms.title")}</h2>
    <ul class="rows">
      ${order.alarms.map((alarm) => {
        const severity = alarm.state === "active" ? alarm.severity : "cleared";
        return html`<li class="row" key=${alarm.id}>
          <span class=${`severity ${cssClass(severity)}`} aria-hidden="true">${shape(severity)}</span>
          <span class="row-main">${alarm.name[lang()]}<br /><span class="muted">${alarm.resource} · ${word(severity)}</span></span>
          <time class="muted" title=${full(alarm.cleared_at ?? alarm.raised_at, order.time_zone)}>
            ${relative(alarm.cleared_at ?? alarm.raised_at, order.time_zone)}
          </time>
        </li>`;
      })}
    </ul>
  </section>`;
}
