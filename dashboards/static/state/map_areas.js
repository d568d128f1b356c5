/**
 * What covers more than one dot: the area of an incident, an emergency's region, where a power cut is announced.
 */

import { placesMeant } from "./meant.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {"incident"|"emergency"|"announcement"} AreaKind */
/** @typedef {{key: string, kind: AreaKind, severity: string, words: string, href: string, hull: Point[]}} Area */

/** The smallest convex outline around points (Andrew's monotone chain), clockwise on a screen.
 * @param {Point[]} points
 * @returns {Point[]} corners; the points themselves where there are fewer than three */
export function hullOf(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const apart = sorted.filter((point, n) => !n || point.x !== sorted[n - 1].x || point.y !== sorted[n - 1].y);
  if (apart.length < 3) return apart;
  const upper = chain(apart);
  const lower = chain(apart.reverse());
  return [...upper.slice(0, -1), ...lower.slice(0, -1)];
}

/** @param {Point[]} points in order from one end to the other
 * @returns {Point[]} */
function chain(points) {
  /** @type {Point[]} */
  const kept = [];
  for (const point of points) {
    while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** @param {Point} a
 * @param {Point} b
 * @param {Point} c
 * @returns {number} above 0 for a turn to the right on a screen, where y grows downwards */
function turn(a, b, c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Whether a point lies in an outline or near it.
 * @param {Point[]} hull as of `hullOf`
 * @param {Point} point
 * @param {number} reach in the units of the points
 * @returns {boolean} */
export function isNear(hull, point, reach) {
  const edges = hull.map((corner, n) => /** @type {const} */ ([corner, hull[(n + 1) % hull.length]]));
  if (hull.length > 2 && edges.every(([from, to]) => turn(from, to, point) >= 0)) return true;
  return edges.some(([from, to]) => distance(from, to, point) <= reach);
}

/** From a point to the stretch between two others.
 * @param {Point} from
 * @param {Point} to
 * @param {Point} point
 * @returns {number} */
function distance(from, to, point) {
  const [across, down] = [to.x - from.x, to.y - from.y];
  const length = across ** 2 + down ** 2;
  const along = length ? ((point.x - from.x) * across + (point.y - from.y) * down) / length : 0;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(from.x + across * share - point.x, from.y + down * share - point.y);
}

/** An area for each incident that touches several sites, the worst last and so on top: of two alike the larger one.
 * @param {Iterable<import("../shapes.js").Incident>} incidents open ones
 * @param {(id: string) => Point|null} pointOf a site
 * @param {(incident: import("../shapes.js").Incident) => {words: string, href: string}} told
 * @param {(severity: string) => number} rank
 * @returns {Area[]} */
export function incidentAreas(incidents, pointOf, told, rank) {
  /** @type {{area: Area, sites: number}[]} */
  const areas = [];
  for (const incident of incidents) {
    const touched = incident.outages.filter(({ ended_at }) => !ended_at).map(({ site }) => site);
    const sites = new Set([...touched, ...(incident.root.site ? [incident.root.site] : [])]);
    const hull = hullOf([...sites].map(pointOf).filter((point) => point !== null));
    if (hull.length < 2) continue;
    const area = /** @type {Area} */ ({ key: incident.id, kind: "incident", severity: incident.severity, hull, ...told(incident) });
    areas.push({ area, sites: touched.length });
  }
  return areas.sort((a, b) => rank(b.area.severity) - rank(a.area.severity) || a.sites - b.sites).map(({ area }) => area);
}

/** The outline of the sites that an announcement or an emergency means: by name, by region, by power feed.
 * @param {import("./meant.js").Meant} meant
 * @param {import("./site_table.js").SiteTable} table
 * @param {{x: Float64Array, y: Float64Array}} points
 * @returns {Point[]} */
export function hullOfMeant(meant, table, { x, y }) {
  return hullOf(placesMeant(meant, table).map((place) => ({ x: x[place], y: y[place] })));
}
