/**
 * The wall's map: the whole province in one look, what is down or runs out on top, and where that is in words.
 */

import { boxOf, FINE, paintingOrder } from "./map_dots.js";
import { boxesAround, holds, placeLabels } from "./map_labels.js";

/** @typedef {import("./map_labels.js").Box} Box */
/** @typedef {import("./map_pixels.js").Look} Look */
/** @typedef {import("./site_table.js").SiteTable} SiteTable */
/** @typedef {{x: Float64Array, y: Float64Array}} Points  world pixels of zoom 0, by the sites' places */
/** @typedef {{down: string[], running_out: string[]}} WallSites  ids */
/** @typedef {{name: string, path: string, box: Box, size: number, down: number, running_out: number}} Part  a region, its box in world pixels */

/** Levels as the console's map has them: what is down is painted as what is critical. */
export const DOWN = 0;
export const RUNNING_OUT = 1;

const NEAREST = 2 ** 11; // a single site does not fill the wall
const CITY = 2;

/** @param {SiteTable} table
 * @param {Points} points
 * @param {WallSites} sites
 * @returns {Points & {levels: Uint8Array, order: Uint32Array}} */
export function wallDots({ places, size }, { x, y }, { down, running_out }) {
  const levels = new Uint8Array(size).fill(FINE);
  const set = (/** @type {string[]} */ ids, /** @type {number} */ level) => {
    for (const id of ids) {
      const place = places.get(id);
      if (place !== undefined) levels[place] = level;
    }
  };
  set(running_out, RUNNING_OUT);
  set(down, DOWN);
  return { x, y, levels, order: paintingOrder(levels) };
}

/** The cities, or the counties where all is one city: the worst first, then the largest.
 * @param {SiteTable} table
 * @param {Points} points
 * @param {Uint8Array} levels
 * @returns {Part[]} */
export function partsOf({ columns }, { x, y }, levels) {
  const cities = new Set(columns.regions.map((path) => cut(path, CITY)));
  const paths = columns.regions.map((path) => cut(path, cities.size > 1 ? CITY : CITY + 1));
  /** @type {Map<string, number[]>} */
  const places = new Map(paths.map((path) => [path, []]));
  columns.region_of.forEach((region, place) => places.get(paths[region])?.push(place));
  return [...places]
    .filter(([, inside]) => inside.length)
    .map(([path, inside]) => ({
      path,
      name: path.slice(path.lastIndexOf("/") + 1),
      box: boxOf(inside.map((place) => x[place]), inside.map((place) => y[place])),
      size: inside.length,
      down: inside.filter((place) => levels[place] === DOWN).length,
      running_out: inside.filter((place) => levels[place] === RUNNING_OUT).length,
    }))
    .sort((a, b) => b.down - a.down || b.running_out - a.running_out || b.size - a.size);
}

/** @param {string} path
 * @param {number} depth */
function cut(path, depth) {
  return path.split("/").slice(0, depth).join("/");
}

/** All of it in the middle of a sheet, as large as it will go.
 * @param {Points} points
 * @param {{width: number, height: number}} size
 * @param {number} margin
 * @returns {Look} */
export function lookAtAll({ x, y }, { width, height }, margin) {
  const { left, top, right, bottom } = boxOf(x, y);
  const across = Math.max(1, width - 2 * margin) / (right - left);
  const down = Math.max(1, height - 2 * margin) / (bottom - top);
  const scale = Math.min(across, down, NEAREST);
  return { scale, left: ((left + right) * scale - width) / 2, top: ((top + bottom) * scale - height) / 2 };
}

/** Where each part's words stand, over or under its sites, and best where they cover the fewest that are down or run
 * out; those that find no room are left out, the worst never.
 * @param {Part[]} parts the worst first
 * @param {Points & {levels: Uint8Array}} dots
 * @param {Look} look
 * @param {(part: Part) => {width: number, height: number}} sizeOf its words
 * @param {{width: number, height: number}} size of the sheet
 * @returns {{part: Part, box: Box}[]} */
export function wallLabels(parts, { x, y, levels }, { scale, left, top }, sizeOf, { width, height }) {
  const spot = (/** @type {number} */ across, /** @type {number} */ down) => ({ x: across * scale - left, y: down * scale - top });
  const worse = [...levels.keys()].filter((place) => levels[place] < FINE).map((place) => spot(x[place], y[place]));
  const covered = (/** @type {Box} */ box) => worse.filter((point) => holds(box, point)).length;
  const frame = { left: 0, top: 0, right: width, bottom: height };
  const wanted = parts.map((part) => {
    const [corner, other] = [spot(part.box.left, part.box.top), spot(part.box.right, part.box.bottom)];
    const seen = { left: corner.x, top: corner.y, right: other.x, bottom: other.y };
    const boxes = boxesAround(seen, sizeOf(part), frame).map((box) => ({ box, over: covered(box) }));
    return boxes.sort((a, b) => a.over - b.over).map(({ box }) => box);
  });
  return placeLabels(wanted).flatMap((box, n) => (box ? [{ part: parts[n], box }] : []));
}
