/**
 * A small map to point at where the customer is. It shows the latest complaints with a place, and nothing of the network.
 */

import { circleMarker, control } from "/vendor/leaflet.js";
import { html, useEffect, useRef } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { makeMap } from "/shared/lib/base_map.js";
import { boundsOf } from "../state/map_dots.js";

/** @typedef {import("../state/desk_place.js").Opening} Opening */

const NEIGHBOURHOOD = 11; // nearer by, the bare land says nothing any more

/** @param {{complaints: import("../shapes.js").Complaint[], opening: Opening, onPick: (latitude: number, longitude: number) => void}} props */
export function PlacePicker({ complaints, opening, onPick }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const map = useRef(/** @type {import("/vendor/leaflet.js").Map|null} */ (null));
  const pin = useRef(/** @type {any} */ (null));
  const moved = useRef(false); // by hand: from then on it stays where it is
  const pick = useRef(onPick);
  pick.current = onPick;
  const places = complaints.flatMap(({ latitude, longitude }) =>
    latitude === null || longitude === null ? [] : [{ latitude, longitude }],
  );
  const mark = (/** @type {[number, number]} */ at) => {
    pin.current?.remove();
    pin.current = circleMarker(at, dotStyle("--accent", 7)).addTo(/** @type {any} */ (map.current));
  };
  useEffect(() => {
    if (!box.current) return undefined;
    const made = (map.current = makeMap(box.current));
    control.scale({ imperial: false }).addTo(made);
    for (const { latitude, longitude } of places)
      circleMarker([latitude, longitude], dotStyle("--muted", 3)).addTo(made);
    for (const hand of ["pointerdown", "wheel", "keydown"])
      box.current.addEventListener(hand, () => void (moved.current = true), { passive: true });
    made.on("click", (/** @type {any} */ { latlng }) => {
      mark([latlng.lat, latlng.lng]);
      pick.current(latlng.lat, latlng.lng);
    });
    return () => void made.remove();
  }, []);
  const { at, region } = opening; // who calls may be known a moment later than the map is there
  useEffect(() => {
    if (!map.current || moved.current) return undefined;
    if (at) {
      mark([at.latitude, at.longitude]);
      return void map.current.setView([at.latitude, at.longitude], NEIGHBOURHOOD, { animate: false });
    }
    const asked = new AbortController();
    void boundsAround(region, places, asked.signal).then((bounds) => {
      if (!bounds || asked.signal.aborted || moved.current) return;
      map.current?.fitBounds(bounds, { padding: [32, 32], maxZoom: NEIGHBOURHOOD, animate: false });
    });
    return () => asked.abort();
  }, [at?.latitude, at?.longitude, region]);
  return html`<div class="picker">
    <div class="map" ref=${box} role="application" aria-label=${t("desk.map_label")}></div>
  </div>`;
}

/** The whole region; where nobody knows how far it reaches, what complaints there are.
 * @param {string} region
 * @param {import("../state/desk_place.js").Position[]} places
 * @param {AbortSignal} signal
 * @returns {Promise<[number, number][]|null>} */
async function boundsAround(region, places, signal) {
  const found = await get("/api/v1/desk/extent", region ? { region } : {}, signal).catch(() => null);
  return found ? [[found.south, found.west], [found.north, found.east]] : /** @type {any} */ (boundsOf(places));
}

/** @param {string} name of a colour in tokens.css
 * @param {number} radius */
function dotStyle(name, radius) {
  const fillColor = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return { radius, fillColor, fillOpacity: 1, stroke: false, interactive: false };
}
