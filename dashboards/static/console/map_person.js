/**
 * Somebody on the map: who it is, how fresh the position is, what they do, and the rest of their day.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Time } from "../parts/marks.js";
import { isStaleAt } from "../state/map_tracks.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {{site: string, site_name: string|null, latitude: number, longitude: number, time_zone: string|null, arrive: string}} Stop */

/** @param {{technician: Technician, orders: import("../shapes.js").WorkOrder[], stops: Stop[]|null, onClose: () => void}} props
 * `stops`: null while they are fetched */
export function PersonPanel({ technician, orders, stops, onClose }) {
  useTick();
  useKeys([{ keys: "Escape", label: "close", run: onClose }]);
  const { name, phone, company, region, position_at: at } = technician;
  const [held] = orders;
  return html`<aside class="panel panel-person" aria-labelledby="panel-title">
    <header class="panel-head">
      <h2 id="panel-title">${name}</h2>
      <button class="button button-quiet button-small" onClick=${onClose} aria-label=${t("close")}>×</button>
    </header>
    <p class="dense"><${Fix} technician=${technician} /></p>
    <dl class="facts">
      <div><dt>${t("site.person.phone")}</dt><dd><a href=${`tel:${phone}`}>${phone}</a></dd></div>
      ${company && html`<div><dt>${t("site.person.company")}</dt><dd>${company}</dd></div>`}
      <div><dt>${t("site.region")}</dt><dd>${region}</dd></div>
      <div>
        <dt>${t("site.person.now")}</dt>
        <dd>
          ${held ? html`${t(`work_order.${held.state}`)}: <${SiteLink} id=${held.site} name=${held.site_name} />` : t("site.person.free")}
        </dd>
      </div>
    </dl>
    <h3>${t("site.person.day")}</h3>
    <${Day} stops=${stops} />
    ${at === null && html`<p class="muted dense">${t("site.person.at_home")}</p>`}
  </aside>`;
}

/** @param {{technician: Technician}} props */
function Fix({ technician }) {
  const { position_at: at, accuracy } = technician;
  if (!at) return html`<span class="muted">${t("site.person.no_fix")}</span>`;
  const stale = isStaleAt(technician, now());
  return html`<span class=${stale ? "muted" : ""}>
    ${t("site.person.seen")} <${Time} as="ago" at=${at} />${accuracy ? t("site.person.accuracy", { n: Math.round(accuracy) }) : ""}
    ${stale ? t("site.person.stale") : ""}
  </span>`;
}

/** @param {{stops: Stop[]|null}} props */
function Day({ stops }) {
  if (!stops) return html`<p class="muted dense">${t("loading")}</p>`;
  if (!stops.length) return html`<p class="muted dense">${t("site.person.no_day")}</p>`;
  return html`<ol class="list day-stops">
    ${stops.map(
      (stop, n) =>
        html`<li key=${n}>
          <span class="day-number">${n + 1}</span>
          <span><${SiteLink} id=${stop.site} name=${stop.site_name} /></span>
          <span class="muted"><${Time} at=${stop.arrive} zone=${stop.time_zone} /></span>
        </li>`,
    )}
  </ol>`;
}
