/** The day on a map of our own: where I am, the stops numbered in order, the way between them. Needs no connection. */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Thumb } from "../parts/thumb.js";
import { byTurn } from "../state/life.js";
import { drivePlace } from "../state/places.js";

/** @typedef {import("../work.js").Work} Work */
/** @typedef {{id: string, name: string, order: boolean, at: [number, number]}} MapStop */

/** @param {{work: Work, only: string}} props `only` one order, or all where it is empty */
export function MapPage({ work, only }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const stops = mapStops(work, only);
  const here = work.positions.fix;
  const latest = useRef(here); // the picture may be drawn after it has moved
  latest.current = here;
  const track = work.orders.find((order) => order.id === only)?.places?.track ?? null;
  const picture = useRef(/** @type {import("./map_picture.js").Picture | null} */ (null));
  useEffect(() => {
    let left = false;
    void import("./map_picture.js").then(({ draw }) => {
      if (!left && box.current) picture.current = draw(box.current, { stops, here: latest.current, track });
    });
    return () => {
      left = true;
      picture.current?.remove();
      picture.current = null;
    };
  }, [JSON.stringify(stops)]);
  useEffect(() => {
    if (here) picture.current?.moveMe(here);
  }, [here?.at]);
  return html`<main class="page page-map">
    <h1 class="visually-hidden">${t("day.map")}</h1>
    <div class="map" ref=${box} role="application" aria-label=${t("map.what", { n: stops.length })}></div>
    <ol class="map-list">
      ${stops.map((stop, place) => html`<li key=${stop.id}>
        <span class="stop-number" aria-hidden="true">${place + 1}</span>
        ${stop.order ? html`<a href=${`#${stop.id}`}>${stop.name}</a>` : html`<span class="muted">${stop.name}</span>`}
      </li>`)}
    </ol>
    <${Thumb}><a class="button button-thumb" href=${only ? `#${only}` : "#"}>${t("do.back")}</a><//>
  </main>`;
}

/** @param {Work} work @param {string} only @returns {MapStop[]} */
function mapStops(work, only) {
  const plan = work.day?.plan ?? [];
  const open = byTurn(work.orders.filter((order) => (only ? order.id === only : !order.ended_at)), plan);
  const orders = open.map((order) => {
    const { latitude, longitude } = drivePlace(order);
    return { id: order.id, name: `${order.site_name ?? order.site}: ${order.fault[lang()]}`, order: true, at: point(latitude, longitude) };
  });
  if (only) return orders;
  const ahead = plan.filter((stop) => !stop.order);
  return [...orders, ...ahead.map((stop) => ({ id: stop.need, name: stop.site_name ?? stop.site, order: false, at: point(stop.latitude, stop.longitude) }))];
}

/** @param {number} latitude @param {number} longitude @returns {[number, number]} */
function point(latitude, longitude) {
  return [latitude, longitude];
}
