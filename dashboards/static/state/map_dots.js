/**
 * What the map shows: sites as dots by their worst alarm, links between them, technicians where they are.
 */

import { rank } from "/shared/lib/severity.js";

/** @typedef {import("../shapes.js").Site} Site */
/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Link} Link */

/** @typedef {{site: Site, severity: string}} Dot  severity is "" for a site that is fine */
/** @typedef {{from: Site, to: Site}} Line */

/** One dot a site, the worst last so that it is painted on top.
 * @param {Iterable<Site>} sites
 * @param {Iterable<Alarm>} alarms active ones
 * @returns {Dot[]} */
export function dotsOf(sites, alarms) {
  const worst = worstBySite(alarms);
  return [...sites].map((site) => ({ site, severity: worst.get(site.id) ?? "" })).sort((a, b) => weight(b) - weight(a));
}

/** @param {Iterable<Alarm>} alarms
 * @returns {Map<string, string>} */
function worstBySite(alarms) {
  /** @type {Map<string, string>} */
  const worst = new Map();
  for (const alarm of alarms) {
    const before = alarm.site && worst.get(alarm.site);
    if (alarm.site && (!before || rank(alarm.severity) < rank(before))) worst.set(alarm.site, alarm.severity);
  }
  return worst;
}

/** @param {Dot} dot */
function weight(dot) {
  return dot.severity ? rank(dot.severity) : 99;
}

/** @param {Iterable<Link>} links
 * @param {ReadonlyMap<string, Site>} sites
 * @returns {Line[]} links whose both ends are known */
export function linesOf(links, sites) {
  /** @type {Line[]} */
  const lines = [];
  for (const link of links) {
    const from = sites.get(link.upstream_site);
    const to = sites.get(link.downstream_site);
    if (from && to) lines.push({ from, to });
  }
  return lines;
}

/** @param {Iterable<{latitude: number, longitude: number}>} places
 * @returns {[[number, number], [number, number]]|null} south-west and north-east corners */
export function boundsOf(places) {
  /** @type {[[number, number], [number, number]]|null} */
  let bounds = null;
  for (const { latitude, longitude } of places) {
    bounds ??= [
      [latitude, longitude],
      [latitude, longitude],
    ];
    bounds[0] = [Math.min(bounds[0][0], latitude), Math.min(bounds[0][1], longitude)];
    bounds[1] = [Math.max(bounds[1][0], latitude), Math.max(bounds[1][1], longitude)];
  }
  return bounds;
}

/** The nearest of what was painted, if one is near enough to be meant.
 * @template T
 * @param {{x: number, y: number, thing: T}[]} painted in the order of painting
 * @param {number} x
 * @param {number} y
 * @param {number} reach pixels
 * @returns {T|null} */
export function thingAt(painted, x, y, reach) {
  /** @type {T|null} */
  let found = null;
  let nearest = reach * reach;
  for (const spot of painted) {
    const distance = (spot.x - x) ** 2 + (spot.y - y) ** 2;
    if (distance <= nearest) {
      nearest = distance;
      found = spot.thing;
    }
  }
  return found;
}
