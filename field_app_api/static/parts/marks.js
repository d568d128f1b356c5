/** Small signs that stand on several screens: how bad it is, how soon, and what still waits to be sent. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { cssClass, shape, word, worst } from "/shared/lib/severity.js";
import { clock, duration, relative } from "/shared/lib/time.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** The worst alarm that stands there, as shape and word. @param {{order: import("../types.js").Order}} props */
export function Worst({ order }) {
  const severity = worst(order.alarms.filter((alarm) => alarm.state === "active").map((alarm) => alarm.severity));
  if (!severity) return null;
  return html`<span class=${`severity ${cssClass(severity)}`} role="img" aria-label=${word(severity)}>${shape(severity)}</span>`;
}

/** Until when to answer, or when the site runs out. @param {{order: ShownOrder, now: number}} props */
export function Urgency({ order, now }) {
  if (order.ended_at) return null;
  const lines = [];
  if (order.state === "offered" && order.offer_expires_at) {
    const left = (Date.parse(order.offer_expires_at) - now) / 1000;
    const at = { time: clock(order.offer_expires_at, order.time_zone), left: duration(left) };
    lines.push(left > 0 ? t("order.answer_by", at) : t("order.answer_late", at));
  }
  if (order.site_down_at) {
    const past = Date.parse(order.site_down_at) < now;
    lines.push(t(past ? "order.down_since" : "order.down_at", { time: relative(order.site_down_at, order.time_zone) }));
  }
  return lines.map((line) => html`<p class="urgent" key=${line}>${line}</p>`);
}

/** @param {{order: ShownOrder}} props */
export function Unsent({ order }) {
  const count = order.waiting.length + order.unsent;
  if (order.aside.length > 0) return html`<span class="mark mark-refused">${t("mark.aside", { n: order.aside.length })}</span>`;
  return count > 0 ? html`<span class="mark">${t("mark.waiting", { n: count })}</span>` : null;
}
