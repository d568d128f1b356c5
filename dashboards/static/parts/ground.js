/**
 * What a map of the console lies on: the land, or tiles that the centre set up, by URL or from an archive of its own.
 */

import { control, GridLayer, tileLayer } from "/vendor/leaflet.js";
import { get } from "/shared/lib/api.js";
import { showLand } from "/shared/lib/base_map.js";

/** @typedef {import("/vendor/leaflet.js").Map} LeafletMap */
/** @typedef {{kind: "url"|"archive", url: string, attribution: string}} Tiles */
/** @typedef {{tiles: Tiles|null, datum: import("../state/map_world.js").Datum}} Ground  as GET /map/ground; the datum is the tiles' */
/** @typedef {"vector"|"unreadable"} Problem */

const VECTOR_TILES = 1; // PMTiles' own number for them
const NEAREST = 17;

/** @type {Promise<Ground>|null} */
let asked = null;

/** Asked once: it changes only when the service starts anew.
 * @returns {Promise<Ground>} */
export function groundOf() {
  asked ??= get("/api/v1/map/ground").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** @param {LeafletMap} map made without land
 * @param {Tiles|null} tiles
 * @param {(problem: Problem) => void} onProblem why the tiles cannot be shown; the land is, then */
export function layGround(map, tiles, onProblem) {
  if (!tiles) return showLand(map);
  map.getContainer().classList.add("map-tiled");
  if (tiles.attribution) control.attribution({ prefix: false }).addAttribution(escaped(tiles.attribution)).addTo(map);
  if (tiles.kind === "url") return void tileLayer(tiles.url, { pane: "land", maxZoom: NEAREST }).addTo(map);
  archiveLayer(tiles.url).then(
    (layer) => isThere(map) && layer.addTo(map),
    (error) => {
      if (!isThere(map)) return;
      map.getContainer().classList.remove("map-tiled");
      onProblem(error instanceof VectorTiles ? "vector" : "unreadable");
      showLand(map);
    },
  );
}

class VectorTiles extends Error {}

/** The pictures in a PMTiles archive, read by ranges of bytes.
 * @param {string} url
 * @returns {Promise<import("/vendor/leaflet.js").GridLayer>} */
async function archiveLayer(url) {
  const { PMTiles } = await import("/vendor/pmtiles.js");
  const archive = new PMTiles(new URL(url, location.href).href);
  const { tileType, minZoom, maxZoom } = await archive.getHeader();
  if (tileType === VECTOR_TILES) throw new VectorTiles();
  const layer = new GridLayer({ pane: "land", minNativeZoom: minZoom, maxNativeZoom: maxZoom });
  /** @type {any} */ (layer).createTile = (
    /** @type {{x: number, y: number, z: number}} */ { x, y, z },
    /** @type {(error: any, tile: HTMLElement) => void} */ done,
  ) => {
    const tile = document.createElement("img");
    tile.alt = "";
    archive.getZxy(z, x, y).then(
      (found) => (found ? fill(tile, found.data, done) : done(null, tile)),
      (error) => done(error, tile),
    );
    return tile;
  };
  return layer;
}

/** @param {HTMLImageElement} tile
 * @param {ArrayBuffer} data
 * @param {(error: any, tile: HTMLElement) => void} done */
function fill(tile, data, done) {
  const url = URL.createObjectURL(new Blob([data]));
  tile.onload = () => {
    URL.revokeObjectURL(url);
    done(null, tile);
  };
  tile.onerror = (error) => done(error, tile);
  tile.src = url;
}

/** @param {LeafletMap} map */
function isThere(map) {
  return map.getContainer().isConnected;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
