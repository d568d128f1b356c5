/**
 * The site page's history: alarms by day as a picture, outages, visits with what they found, tickets that are closed.
 */

import { html } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { SEVERITIES } from "/shared/lib/severity.js";
import { duration, now } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { lastDays } from "../state/site_days.js";
import { figure } from "../state/site_power.js";
import { searchOf } from "../state/route.js";
import { alarmType, titleWords } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_site.js").SiteHistory} SiteHistory */
/** @typedef {import("../state/shapes_site.js").Visit} Visit */

const DAYS = 90;
const [WIDE, HIGH] = [900, 56];
const SHOWN = 8;

/** @param {{id: string, zone: string}} props */
export function SitePast({ id, zone }) {
  const { data, problem } = useFetched(`/api/v1/sites/${encodeURIComponent(id)}/history`, { params: { days: DAYS } });
  const past = /** @type {SiteHistory|null} */ (data);
  return html`<section aria-labelledby="site-history">
    <h3 id="site-history">${t("site.history")} <span class="muted dense">${t("site.history.days")}</span></h3>
    ${past ? html`<${Past} past=${past} zone=${zone} />` : html`<p class="muted">${problem || t("loading")}</p>`}
  </section>`;
}

/** @param {{past: SiteHistory, zone: string}} props */
function Past({ past, zone }) {
  return html`<div class="site-history">
    <div class="site-days"><h4>${t("site.history.alarms")}</h4><${AlarmDays} days=${past.alarm_days} zone=${zone} /></div>
    <${List} name="outages" items=${past.outages} line=${(/** @type {any} */ one) => html`<${OutageLine} outage=${one} zone=${zone} />`} />
    <${List} name="visits" items=${past.visits} line=${(/** @type {Visit} */ one) => html`<${VisitLine} visit=${one} zone=${zone} />`} />
    <${List} name="tickets" items=${past.tickets} line=${(/** @type {any} */ one) => html`<${TicketLine} ticket=${one} zone=${zone} />`} />
  </div>`;
}

/** @param {{name: string, items: {id: string}[], line: (one: any) => unknown}} props */
function List({ name, items, line }) {
  return html`<div>
    <h4>${t(`site.history.${name}`)}</h4>
    ${
      items.length
        ? html`<ul class="dense">${items.slice(0, SHOWN).map((one) => html`<li key=${one.id}>${line(one)}</li>`)}</ul>`
        : html`<p class="dense">${t(`site.history.${name}.none`)}</p>`
    }
  </div>`;
}

/** @param {{outage: import("../state/shapes_site.js").SiteOutage, zone: string}} props */
function OutageLine({ outage, zone }) {
  const { started_at: started, ended_at: ended, incident } = outage;
  const lasted = (Date.parse(ended ?? new Date(now()).toISOString()) - Date.parse(String(started))) / 1000;
  return html`<span class="site-row">
    <span><${Time} at=${started} zone=${zone} /> <a href=${searchOf({ view: "incidents", id: incident })}>${incident}</a></span>
    <span class=${ended ? "muted" : "word-critical"}>
      ${t("site.history.lasted", { time: duration(lasted) })}${ended ? "" : `, ${t("site.history.going_on")}`}
    </span>
  </span>`;
}

/** @param {{visit: Visit, zone: string}} props */
function VisitLine({ visit, zone }) {
  const records = visit.records.map(({ name, value, unit, text }) => `${name} ${value === null ? text : figure(value, unit)}`);
  return html`<span class="site-row">
      <span>${visit.technician_name ?? visit.technician} · ${alarmType(visit.summary)}</span>
      <span class="muted">${t(`work_order.${visit.state}`)} <${Time} as="ago" at=${visit.ended_at} zone=${zone} /></span>
    </span>
    ${(visit.result || records.length > 0) && html`<span class="muted">${[visit.cause, visit.result, ...records].filter(Boolean).join(" · ")}</span>`}`;
}

/** @param {{ticket: SiteHistory["tickets"][number], zone: string}} props */
function TicketLine({ ticket, zone }) {
  const state = `ticket.${ticket.state}`;
  return html`<span class="site-row">
    <span><a href=${searchOf({ view: "tickets", id: ticket.id })}>${titleWords(ticket.title)}</a> <span class="muted">${ticket.cause}</span></span>
    <span class="muted">${has(state) ? t(state) : ticket.state} <${Time} at=${ticket.closed_at ?? ticket.opened_at} zone=${zone} /></span>
  </span>`;
}

/** @param {{days: SiteHistory["alarm_days"], zone: string}} props */
function AlarmDays({ days, zone }) {
  if (!days.length) return html`<p class="dense">${t("site.history.alarms.none")}</p>`;
  /** @type {Map<string, Map<string, number>>} */
  const byDay = new Map();
  for (const { day, severity, n } of days) byDay.set(day, (byDay.get(day) ?? new Map()).set(severity, n));
  const total = (/** @type {string} */ day) => [...(byDay.get(day)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
  const shown = lastDays(now(), DAYS, zone);
  const worst = [...byDay.keys()].reduce((most, day) => (total(day) > total(most) ? day : most));
  const step = WIDE / shown.length;
  const label = t("site.history.alarms.label", { n: [...byDay.keys()].reduce((sum, day) => sum + total(day), 0), day: worst, most: total(worst) });
  return html`<svg viewBox=${`0 0 ${WIDE} ${HIGH + 1}`} preserveAspectRatio="none" role="img" aria-label=${label}>
      <line class="axis" x1="0" x2=${WIDE} y1=${HIGH} y2=${HIGH} />
      ${shown.map((day, place) => bars(byDay.get(day), place * step, step, total(worst)))}
    </svg>
    <p class="muted dense" aria-hidden="true">
      <span>${shown[0].slice(5)}</span>
      <span>${t("site.history.most", { day: worst.slice(5), n: total(worst) })}</span>
      <span>${shown[shown.length - 1].slice(5)}</span>
    </p>`;
}

/** One day's bar, the worst at the bottom.
 * @param {Map<string, number>|undefined} counts
 * @param {number} x
 * @param {number} step
 * @param {number} most */
function bars(counts, x, step, most) {
  let y = HIGH;
  return SEVERITIES.filter((severity) => counts?.has(severity)).map((severity) => {
    const height = ((counts?.get(severity) ?? 0) / most) * HIGH;
    y -= height;
    return html`<rect class=${`fill-${severity}`} x=${x + 1} y=${y} width=${Math.max(step - 2, 1)} height=${height} />`;
  });
}
