/**
 * The sites behind a figure of the emergency view: what runs out first, who goes there, and whether that is in time.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration, now } from "/shared/lib/time.js";
import { Countdown, Time } from "../parts/marks.js";
import { phrase } from "../parts/phrase.js";
import { TableHead } from "../parts/table_head.js";
import { crewMargin, sitesOf } from "../state/emergencies.js";
import { searchOf } from "../state/route.js";
import { lastPart } from "../state/urgency.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../state/shapes_shift.js").DarkSite} DarkSite */

const MINUTE_MS = 60_000;
const COLUMNS = ["site", "runs_out", "crew", "margin", "generator", "incident"];

/** @param {{outages: import("../state/shapes_shift.js").MassOutages, route: import("../state/route.js").Route}} props */
export function DarkSites({ outages, route }) {
  const sites = sitesOf(outages.sites, route.state, now() + outages.soon_minutes * MINUTE_MS);
  const title = route.id
    ? t("emergency.sites_of", { region: lastPart(route.id), what: t(`emergency.sites.${route.state || "without_mains"}`), n: sites.length })
    : t("emergency.first");
  return html`<section aria-label=${title}>
    <div class="section-head">
      <h3>${title}</h3>
      ${route.id && html`<a href=${searchOf({ view: "emergency" })}>${t("emergency.first")}</a>`}
    </div>
    ${
      sites.length
        ? html`<table class="table">
            <${TableHead} columns=${COLUMNS} />
            <tbody>
              ${sites.map((site) => html`<${Line} key=${site.site} site=${site} />`)}
            </tbody>
          </table>`
        : html`<p class="muted">${t("emergency.no_sites")}</p>`
    }
  </section>`;
}

/** @param {{site: DarkSite}} props */
function Line({ site }) {
  return html`<tr>
    <td><${SiteLink} id=${site.site} name=${site.site_name} /> <span class="muted">${site.site} · ${site.site_class}</span></td>
    <td><${RunsOut} site=${site} /></td>
    <td>
      ${
        site.crew
          ? html`${site.crew.technician_name} <span class="muted"><${Course} site=${site} /></span>`
          : html`<span class="muted">${t("crew.none")}</span>`
      }
    </td>
    <td><${Margin} site=${site} /></td>
    <td>${site.generator ? t("generator.there") : html`<span class="muted">–</span>`}</td>
    <td>${site.incident && html`<a href=${searchOf({ view: "incidents", id: site.incident })}>${site.incident}</a>`}</td>
  </tr>`;
}

/** How far its crew is, and when it should be there.
 * @param {{site: DarkSite}} props */
function Course({ site: { crew, time_zone: zone } }) {
  if (!crew) return null;
  const state = t(`work_order.${crew.state}`);
  if (crew.state === "on_site") return state;
  const late = (now() - Date.parse(crew.planned_arrival_at)) / 1000;
  if (late > 0) return t("emergency.crew_late", { state, time: duration(late) });
  return phrase("emergency.crew", { time: html`<${Time} at=${crew.planned_arrival_at} zone=${zone} />` }, { state });
}

/** @param {{site: DarkSite}} props */
function RunsOut({ site: { site_down_at, down, time_zone } }) {
  if (down) return html`<span class="word-critical">◆ ${t("site.down")}</span>`;
  if (!site_down_at) return html`<span class="muted">${t("emergency.unknown")}</span>`;
  const soon = Date.parse(site_down_at) - now() < 60 * MINUTE_MS;
  return html`<span class=${soon ? "word-major" : ""}>${soon && "▲ "}<${Countdown} at=${site_down_at} zone=${time_zone} /></span>`;
}

/** @param {{site: DarkSite}} props */
function Margin({ site }) {
  const margin = site.down ? null : crewMargin(site);
  if (margin === null) return null;
  if (margin === Infinity) return html`<span>✓</span>`;
  const time = duration(Math.abs(margin) / 1000);
  return margin >= 0
    ? html`<span>${t("margin.before", { time })}</span>`
    : html`<span class="word-critical">${t("margin.late", { time })}</span>`;
}
