/**
 * A small map to point at where the customer is, on the centre's tiles where it has any. It shows the latest complaints
 * with a place, and nothing of the network.
 */

import { circleMarker, control } from "/vendor/leaflet.js";
import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { makeMap } from "/shared/lib/base_map.js";
import { groundOf, layGround } from "../parts/ground.js";
import { boundsOf } from "../state/map_dots.js";
import { shiftFrom, shiftTo } from "../state/map_world.js";

/** @typedef {import("../state/desk_place.js").Opening} Opening */
/** @typedef {import("../parts/ground.js").Ground} Ground */

const NEIGHBOURHOOD = 11; // nearer by, the bare land says nothing any more
const STREETS = 15;
/** @type {Ground} */
const LAND = { tiles: null, datum: "wgs84" };

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
  const ground = useGround();
  const drawn = shiftTo(ground?.datum ?? LAND.datum);
  const nearest = ground?.tiles ? STREETS : NEIGHBOURHOOD;
  const mark = (/** @type {[number, number]} */ at) => {
    pin.current?.remove();
    pin.current = circleMarker(at, dotStyle("--accent", 7)).addTo(/** @type {any} */ (map.current));
  };
  useEffect(() => {
    if (!box.current || !ground) return undefined;
    const made = (map.current = makeMap(box.current, { land: false }));
    // tiles that cannot be shown are not the agent's to mend: the land does, from where it says something
    layGround(made, ground.tiles, () => made.setZoom(Math.min(made.getZoom(), NEIGHBOURHOOD), { animate: false }));
    control.scale({ imperial: false }).addTo(made);
    for (const { latitude, longitude } of places)
      circleMarker(drawn(latitude, longitude), dotStyle("--muted", 4)).addTo(made);
    for (const hand of ["pointerdown", "wheel", "keydown"])
      box.current.addEventListener(hand, () => void (moved.current = true), { passive: true });
    made.on("click", (/** @type {any} */ { latlng }) => {
      mark([latlng.lat, latlng.lng]);
      pick.current(...shiftFrom(ground.datum)(latlng.lat, latlng.lng));
    });
    return () => void made.remove();
  }, [ground]);
  const { at, region } = opening; // who calls may be known a moment later than the map is there
  useEffect(() => {
    if (!map.current || moved.current) return undefined;
    if (at) {
      const there = drawn(at.latitude, at.longitude);
      mark(there);
      return void map.current.setView(there, nearest, { animate: false });
    }
    const asked = new AbortController();
    void boundsAround(region, places, asked.signal).then((bounds) => {
      if (!bounds || asked.signal.aborted || moved.current) return;
      map.current?.fitBounds(bounds.map((corner) => drawn(...corner)), { padding: [32, 32], maxZoom: nearest, animate: false });
    });
    return () => asked.abort();
  }, [ground, at?.latitude, at?.longitude, region]);
  return html`<div class="picker">
    <div class="map" ref=${box} role="application" aria-label=${t("desk.map_label")}></div>
  </div>`;
}

/** What the map lies on, once that is known; the land where nobody can say.
 * @returns {Ground|null} */
function useGround() {
  const [ground, setGround] = useState(/** @type {Ground|null} */ (null));
  useEffect(() => void groundOf().then(setGround, () => setGround(LAND)), []);
  return ground;
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

/** With a rim, because tiles may have any colour.
 * @param {string} name of a colour in tokens.css
 * @param {number} radius */
function dotStyle(name, radius) {
  const style = getComputedStyle(document.documentElement);
  const [fillColor, color] = [name, "--ground"].map((token) => style.getPropertyValue(token).trim());
  return { radius, fillColor, fillOpacity: 1, color, weight: 1.5, interactive: false };
}
