/**
 * A map without any outside server: the land's outline from our own file, and no more.
 */

import { canvas, geoJSON, map } from "/vendor/leaflet.js";

const WORLD = "/vendor/world.json";
const START = /** @type {[number, number]} */ ([31.2, 121.5]);

/** @type {Promise<any>|null} */
let world = null;

/**
 * @param {HTMLElement} element
 * @param {{land?: boolean, keyboard?: boolean}} [options] without `land` the caller lays its own ground in the pane of that name
 * @returns {import("/vendor/leaflet.js").Map}
 */
export function makeMap(element, { land = true, keyboard = true } = {}) {
  const made = map(element, {
    attributionControl: false,
    keyboard,
    zoomControl: true,
    minZoom: 3,
    maxZoom: 17,
    zoomSnap: 0.25,
    center: START,
    zoom: 7,
  });
  made.createPane("land").style.zIndex = "150";
  if (land) showLand(made);
  return made;
}

/** Lays the land under a map.
 * @param {import("/vendor/leaflet.js").Map} made */
export function showLand(made) {
  world ??= fetch(WORLD).then((response) => response.json());
  void world
    .then((outline) => made.getContainer().isConnected && drawLand(made, outline))
    .catch(() => {
      world = null; // dots on an empty ground still say where
    });
}

/** @param {import("/vendor/leaflet.js").Map} on
 * @param {any} outline */
function drawLand(on, outline) {
  const renderer = canvas({ pane: "land", padding: 0.5 });
  const land = geoJSON(outline, {
    pane: "land",
    interactive: false,
    style: () => ({ renderer, ...landStyle() }),
  }).addTo(on);
  const restyle = () => land.setStyle({ ...landStyle() });
  addEventListener("guywire-theme", restyle);
  on.on("unload", () => removeEventListener("guywire-theme", restyle));
}

function landStyle() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const token = (name) => style.getPropertyValue(name).trim();
  return { color: token("--line"), weight: 1, fillColor: token("--surface"), fillOpacity: 1 };
}
