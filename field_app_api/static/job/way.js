/** The last kilometre: where to park, how to get in, the track, and saying that a place is somewhere else. */

import { html } from "/vendor/preact.js";
import { metresBetween } from "/shared/lib/distance.js";
import { t } from "/shared/lib/i18n.js";
import { drivePlace, navigationLinks, sitePlace } from "../state/places.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** @param {{order: ShownOrder, work: import("../work.js").Work}} props */
export function Way({ order, work }) {
  const place = drivePlace(order);
  const links = navigationLinks(place, order.site_name ?? order.site);
  const { fix } = work.positions;
  return html`<section>
    <h2>${t("way.title")}</h2>
    <p>
      ${t("way.reach", { minutes: Math.round(order.travel_minutes), km: order.distance_km.toFixed(1) })}
      ${fix && html` <span class="muted">${t("way.from_here", { distance: distance(metresBetween(fix, sitePlace(order))) })}</span>`}
    </p>
    ${order.access && html`<p class="access"><span class="muted">${t("way.access")}</span> ${order.access}</p>`}
    ${order.places?.parking && html`<p><span class="muted">${t("way.parking")}</span> ${order.places.parking.note || t("way.parking_known")}</p>`}
    ${order.places?.track && html`<p class="muted">${t("way.track", { n: order.places.track.length })}</p>`}
    <nav class="pair" aria-label=${t("way.navigate")}>
      <a class="button" href=${links.amap} target="_blank" rel="noreferrer">${t("way.amap")}</a>
      <a class="button" href=${links.system}>${t("way.system")}</a>
    </nav>
    <nav class="links" aria-label=${t("way.title")}>
      <a href=${`#/map/${order.id}`}>${t("way.map")}</a>
      <a href=${`#${order.id}/place`}>${t("way.correct")}</a>
    </nav>
  </section>`;
}

/** @param {number} metres */
export function distance(metres) {
  return metres < 950 ? t("way.metres", { n: Math.round(metres / 10) * 10 }) : t("way.km", { n: (metres / 1000).toFixed(1) });
}
