/** Draws the map itself; apart, so that its library is only fetched when somebody looks at a map. */

import { control, divIcon, latLngBounds, marker, polyline } from "/vendor/leaflet.js";
import { makeMap } from "/shared/lib/base_map.js";

/** @typedef {{moveMe: (here: import("../types.js").Fix) => void, remove: () => void}} Picture */

/**
 * @param {HTMLElement} box
 * @param {{stops: import("./map.js").MapStop[], here: import("../types.js").Fix | null, track: [number, number][] | null}} shown
 * @returns {Picture}
 */
export function draw(box, { stops, here, track }) {
  const map = makeMap(box);
  control.scale({ imperial: false }).addTo(map);
  const me = here && /** @type {[number, number]} */ ([here.latitude, here.longitude]);
  const way = [...(me ? [me] : []), ...stops.map((stop) => stop.at)];
  polyline(way, { className: "map-way", interactive: false }).addTo(map);
  if (track) polyline(track, { className: "map-track", interactive: false }).addTo(map);
  stops.forEach((stop, place) => {
    const icon = divIcon({ className: stop.order ? "stop-number map-stop" : "stop-number map-stop map-ahead", html: String(place + 1), iconSize: [32, 32] });
    const put = marker(stop.at, { icon, alt: stop.name, title: stop.name, keyboard: stop.order }).addTo(map);
    if (stop.order) put.on("click", () => (location.hash = stop.id));
  });
  const dot = marker(me ?? [0, 0], { icon: divIcon({ className: "map-me", iconSize: [18, 18] }), interactive: false, keyboard: false });
  if (me) dot.addTo(map);
  if (way.length > 0) map.fitBounds(latLngBounds([...way, ...(track ?? [])]), { padding: [36, 36], maxZoom: 14, animate: false });
  return {
    moveMe: ({ latitude, longitude }) => void dot.setLatLng([latitude, longitude]).addTo(map),
    remove: () => void map.remove(),
  };
}
