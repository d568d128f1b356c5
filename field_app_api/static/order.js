/** One job: the fault in plain words, is it mended, what to do first, the way there; one primary action at the bottom. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { cssClass, shape, word } from "/shared/lib/severity.js";
import { clock, full, relative } from "/shared/lib/time.js";
import { ReportForm } from "./form.js";
import { Urgency } from "./list.js";
import { navigationLinks } from "./places.js";

/** @typedef {import("./types.js").Order} Order */
/** @typedef {import("./types.js").OrderDetail} OrderDetail */
/** @typedef {(order: Order, to: string, report?: object) => Promise<void>} Move */

/** The next step from each state, and the way out beside it. @type {Record<string, [string, string]>} */
const STEPS = {
  offered: ["accepted", "declined"],
  accepted: ["en_route", "declined"],
  en_route: ["on_site", "failed"],
  on_site: ["done", "failed"],
};
const NEEDS_WORDS = ["done", "declined", "failed"];

/** @param {{order: Order, move: Move, asOf: number}} props */
export function OrderPage({ order, move, asOf }) {
  const [detail, setDetail] = useState(/** @type {OrderDetail | null} */ (null));
  const [form, setForm] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => void get(`/api/v1/work-orders/${order.id}`).then(setDetail, () => undefined), [order.id, asOf]);

  /** @param {string} to @param {object} [report] */
  async function go(to, report) {
    setBusy(true);
    await move(order, to, report);
    setForm("");
    setBusy(false);
  }
  /** @param {string} to */
  const start = (to) => (NEEDS_WORDS.includes(to) ? setForm(to) : void go(to));

  return html`<main class="page page-order">
    <p class="muted">${order.id} · ${t("priority", { n: order.priority })} · ${t(`state.${order.state}`)}</p>
    <h1 class="order-title">${order.fault[lang()]}</h1>
    <p class="next-site">${order.site_name ?? order.site} <span class="muted">${order.site}</span></p>
    <p class="muted">
      ${order.kinds.map((kind) => t(`kind.${kind}`)).join(" · ")} · ${t("order.reach", { minutes: Math.round(order.travel_minutes), km: order.distance_km.toFixed(1) })}
    </p>
    <${Urgency} order=${order} />
    ${order.asked_to_return_at && !order.ended_at && html`<p class="notice">${t("order.return")}</p>`}
    ${order.state === "withdrawn" && html`<p class="notice">${t("order.withdrawn", { why: order.reason })}</p>`}
    <${Way} order=${order} />
    ${order.access && html`<p><span class="muted">${t("order.access")}</span> ${order.access}</p>`}
    ${detail && html`<${Faults} detail=${detail} /><${FirstSteps} detail=${detail} />`}
    <${Why} order=${order} />
    <${Actions} order=${order} form=${form} busy=${busy} start=${start} go=${go} leave=${() => setForm("")} />
  </main>`;
}

/** @param {{order: Order}} props */
function Way({ order }) {
  const links = navigationLinks(order);
  return html`<nav class="way" aria-label=${t("do.navigate")}>
    <a class="button" href=${links.amap} target="_blank" rel="noreferrer">${t("map.amap")}</a>
    <a class="button" href=${links.system}>${t("map.system")}</a>
  </nav>`;
}

/** @param {{detail: OrderDetail}} props */
function Faults({ detail }) {
  const standing = detail.alarms.filter((alarm) => alarm.state === "active").length;
  return html`<section>
    <h2 class="section">${t("order.faults")}</h2>
    <p role="status" class=${standing ? "" : "mended"}>
      ${detail.alarms.length === 0 ? t("order.no_alarms") : standing ? t("order.still", { n: standing }) : t("order.mended")}
    </p>
    <ul class="rows">
      ${detail.alarms.map(
        (alarm) => html`<li class="row alarm" key=${alarm.id}>
          <span class=${`severity ${cssClass(alarm.state === "active" ? alarm.severity : "cleared")}`} aria-hidden="true">
            ${shape(alarm.state === "active" ? alarm.severity : "cleared")}
          </span>
          <span class="row-main">
            ${alarm.name[lang()]} <span class="muted">${alarm.resource} · ${word(alarm.state === "active" ? alarm.severity : "cleared")}</span>
          </span>
          <time class="muted" title=${full(alarm.raised_at, detail.time_zone)}>${relative(alarm.cleared_at ?? alarm.raised_at, detail.time_zone)}</time>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{detail: OrderDetail}} props */
function FirstSteps({ detail }) {
  const steps = detail.first_steps[lang()];
  return steps.length === 0
    ? null
    : html`<section>
        <h2 class="section">${t("order.steps")}</h2>
        <ol class="steps">${steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>
      </section>`;
}

/** @param {{order: Order}} props */
function Why({ order }) {
  const steps = [
    ["offered", order.offered_at],
    ["accepted", order.accepted_at],
    ["en_route", order.en_route_at],
    ["on_site", order.on_site_at],
    [order.state, order.ended_at],
  ];
  return html`<section>
    <h2 class="section">${t("order.history")}</h2>
    <ul class="dense">
      ${steps
        .filter(([, at]) => at)
        .map(([state, at]) => html`<li key=${state}><time class="muted">${clock(at, order.time_zone)}</time> ${t(`state.${state}`)}</li>`)}
    </ul>
    ${order.explanation.why && html`<details><summary>${t("order.why")}</summary><p>${whyMe(order.explanation.why)}</p></details>`}
  </section>`;
}

/** @param {import("./types.js").Why} why */
function whyMe(why) {
  const from = t(why.from === "position" ? "why.from_position" : "why.from_home");
  return t("why.soonest", { minutes: Math.round(why.minutes), km: why.km.toFixed(1), from, rank: why.rank, of: why.of });
}

/** @param {{order: Order, form: string, busy: boolean, start: (to: string) => void, go: (to: string, report?: object) => void, leave: () => void}} props */
function Actions({ order, form, busy, start, go, leave }) {
  const steps = STEPS[order.state];
  if (!steps || order.ended_at) return html`<div class="thumb"><a class="button button-thumb" href="#">${t("do.back")}</a></div>`;
  if (form) return html`<${ReportForm} to=${form} busy=${busy} send=${go} leave=${leave} />`;
  const [next, out] = steps;
  return html`<div class="thumb">
    <button class="button" disabled=${busy} onClick=${() => start(out)}>${t(`do.${out}`)}</button>
    <button class="button button-primary button-thumb" disabled=${busy} onClick=${() => start(next)}>${t(`do.${next}`)}</button>
  </div>`;
}
