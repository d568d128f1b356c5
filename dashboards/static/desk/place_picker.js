/**
 * A small map to point at where the customer is; the latest complaints with a place stand on it for orientation.
 */

import { circleMarker } from "/vendor/leaflet.js";
import { html, useEffect, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { makeMap } from "/shared/lib/base_map.js";
import { boundsOf } from "../state/map_dots.js";

/** @param {{complaints: import("../shapes.js").Complaint[], onPick: (latitude: number, longitude: number) => void}} props */
export function PlacePicker({ complaints, onPick }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const pick = useRef(onPick);
  pick.current = onPick;
  useEffect(() => {
    if (!box.current) return undefined;
    const map = makeMap(box.current);
    const places = complaints.flatMap(({ latitude, longitude }) =>
      latitude === null || longitude === null ? [] : [{ latitude, longitude }],
    );
    for (const { latitude, longitude } of places)
      circleMarker([latitude, longitude], dotStyle("--muted", 3)).addTo(map);
    const bounds = boundsOf(places);
    if (bounds) map.fitBounds(bounds, { padding: [32, 32], maxZoom: 11, animate: false });
    /** @type {any} */
    let pin = null;
    map.on("click", (/** @type {any} */ event) => {
      pin?.remove();
      pin = circleMarker(event.latlng, dotStyle("--accent", 7)).addTo(map);
      pick.current(event.latlng.lat, event.latlng.lng);
    });
    return () => void map.remove();
  }, []);
  return html`<div class="picker">
    <div class="map" ref=${box} role="application" aria-label=${t("desk.map_label")}></div>
  </div>`;
}

/** @param {string} name of a colour in tokens.css
 * @param {number} radius */
function dotStyle(name, radius) {
  const fillColor = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return { radius, fillColor, fillOpacity: 1, stroke: false, interactive: false };
}
