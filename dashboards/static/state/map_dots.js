/**
 * What the map shows of sites: the worst alarm of each, who is painted over whom, and which one is under a finger.
 */

import { SEVERITIES, rank } from "/shared/lib/severity.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

/** A site's level is the rank of its worst alarm; this is that of a site that is fine. */
export const FINE = SEVERITIES.length;

const CELLS = 128;

/** The level of each site by its place.
 * @param {ReadonlyMap<string, number>} places of sites by id
 * @param {Iterable<Pick<Alarm, "site"|"severity">>} alarms active ones
 * @returns {Uint8Array} */
export function levelsOf(places, alarms) {
  const levels = new Uint8Array(places.size).fill(FINE);
  for (const { site, severity } of alarms) {
    const place = site ? places.get(site) : undefined;
    if (place !== undefined) levels[place] = Math.min(levels[place], rank(severity));
  }
  return levels;
}

/** Places in the order of painting: what is fine first, the worst last and so on top.
 * @param {Uint8Array} levels
 * @returns {Uint32Array} */
export function paintingOrder(levels) {
  const starts = new Uint32Array(FINE + 2);
  for (const level of levels) starts[FINE - level + 1]++;
  for (let level = 1; level < starts.length; level++) starts[level] += starts[level - 1];
  const order = new Uint32Array(levels.length);
  levels.forEach((level, place) => (order[starts[FINE - level]++] = place));
  return order;
}

/** The places that are worst off, the worst first.
 * @param {Uint8Array} levels
 * @param {number} most
 * @returns {number[]} */
export function worstOf(levels, most) {
  /** @type {number[]} */
  const worst = [];
  for (let level = 0; level < FINE; level++) {
    for (let place = levels.indexOf(level); place >= 0 && worst.length < most; place = levels.indexOf(level, place + 1))
      worst.push(place);
  }
  return worst;
}

/** Which places lie near a point, without a look at all of them: a grid over the part of the world that has any. */
export class Grid {
  /** @param {Float64Array} x
   * @param {Float64Array} y */
  constructor(x, y) {
    this.x = x;
    this.y = y;
    this.box = boxOf(x, y);
    const { left, top, right, bottom } = this.box;
    this.cell = Math.max((right - left) / CELLS, (bottom - top) / CELLS, 1e-9);
    this.starts = new Uint32Array(CELLS * CELLS + 1);
    const cells = Uint16Array.from(x, (_, place) => this.cellOf(x[place], y[place]));
    for (const cell of cells) this.starts[cell + 1]++;
    for (let cell = 0; cell < CELLS * CELLS; cell++) this.starts[cell + 1] += this.starts[cell];
    const next = this.starts.slice();
    this.places = new Uint32Array(x.length);
    cells.forEach((cell, place) => (this.places[next[cell]++] = place));
  }

  /** @param {number} x
   * @param {number} y */
  cellOf(x, y) {
    return this.row(y, this.box.top) * CELLS + this.row(x, this.box.left);
  }

  /** @param {number} value
   * @param {number} start */
  row(value, start) {
    return Math.max(0, Math.min(CELLS - 1, Math.floor((value - start) / this.cell)));
  }

  /** Whom a finger at (x, y) means: the worst that it touches, of those the nearest; -1 for nobody.
   * @param {number} x
   * @param {number} y
   * @param {number} reach in the units of x and y
   * @param {Uint8Array} levels
   * @returns {number} */
  at(x, y, reach, levels) {
    let best = -1;
    let nearest = Infinity;
    for (let down = this.row(y - reach, this.box.top); down <= this.row(y + reach, this.box.top); down++) {
      const from = this.starts[down * CELLS + this.row(x - reach, this.box.left)];
      const until = this.starts[down * CELLS + this.row(x + reach, this.box.left) + 1];
      for (let slot = from; slot < until; slot++) {
        const place = this.places[slot];
        const distance = (this.x[place] - x) ** 2 + (this.y[place] - y) ** 2;
        if (distance > reach * reach) continue;
        if (best >= 0 && (levels[place] > levels[best] || (levels[place] === levels[best] && distance >= nearest))) continue;
        best = place;
        nearest = distance;
      }
    }
    return best;
  }
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** The smallest box around all of them; empty at 0 where there are none.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @returns {Box} */
export function boxOf(x, y) {
  if (!x.length) return { left: 0, top: 0, right: 0, bottom: 0 };
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let place = 0; place < x.length; place++) {
    box.left = Math.min(box.left, x[place]);
    box.right = Math.max(box.right, x[place]);
    box.top = Math.min(box.top, y[place]);
    box.bottom = Math.max(box.bottom, y[place]);
  }
  return box;
}

/** @param {Iterable<{latitude: number, longitude: number}>} places
 * @returns {[[number, number], [number, number]]|null} south-west and north-east corners */
export function boundsOf(places) {
  const all = [...places];
  if (!all.length) return null;
  const { left, top, right, bottom } = boxOf(
    all.map((place) => place.longitude),
    all.map((place) => place.latitude),
  );
  return [
    [top, left],
    [bottom, right],
  ];
}
