/**
 * Places as a map has them: Web Mercator's world of 256 by 256 at zoom 0, in the datum of what it is drawn on.
 */

import { toGcj02, toWgs84 } from "/shared/lib/datum.js";

const WORLD = 256;
const NEAREST_POLE = 85.0511287798; // Web Mercator's own edge: there the world is a square

/** @typedef {"wgs84"|"gcj02"} Datum */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {(latitude: number, longitude: number) => [number, number]} Shift */

/** @param {Datum} datum of the tiles
 * @returns {Shift} from WGS-84 */
export function shiftTo(datum) {
  return datum === "gcj02" ? toGcj02 : (latitude, longitude) => [latitude, longitude];
}

/** @param {Datum} datum of the tiles
 * @returns {Shift} to WGS-84 */
export function shiftFrom(datum) {
  return datum === "gcj02" ? toWgs84 : (latitude, longitude) => [latitude, longitude];
}

/** Web Mercator (EPSG:3857) in pixels of zoom 0.
 * @param {number} latitude
 * @param {number} longitude
 * @returns {Point} */
export function worldOf(latitude, longitude) {
  const bound = Math.max(-NEAREST_POLE, Math.min(NEAREST_POLE, latitude));
  const sine = Math.sin((bound * Math.PI) / 180);
  return { x: (longitude / 360 + 0.5) * WORLD, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD };
}

/** Every place once, so that a frame has only to multiply and to add.
 * @param {number[]} latitudes
 * @param {number[]} longitudes
 * @param {Shift} shift
 * @returns {{x: Float64Array, y: Float64Array}} */
export function projectAll(latitudes, longitudes, shift) {
  const x = new Float64Array(latitudes.length);
  const y = new Float64Array(latitudes.length);
  for (let place = 0; place < latitudes.length; place++) {
    const point = worldOf(...shift(latitudes[place], longitudes[place]));
    x[place] = point.x;
    y[place] = point.y;
  }
  return { x, y };
}
