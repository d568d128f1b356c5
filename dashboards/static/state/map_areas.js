/**
 * What covers more than one dot: the area of an incident, an emergency's region, where a power cut is announced.
 */

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

/** An area for each incident that touches several sites, the worst last and so on top.
 * @param {Iterable<import("../shapes.js").Incident>} incidents open ones
 * @param {(id: string) => Point|null} pointOf a site
 * @param {(incident: import("../shapes.js").Incident) => {words: string, href: string}} told
 * @param {(severity: string) => number} rank
 * @returns {Area[]} */
export function incidentAreas(incidents, pointOf, told, rank) {
  /** @type {Area[]} */
  const areas = [];
  for (const incident of incidents) {
    const touched = incident.outages.filter(({ ended_at }) => !ended_at).map(({ site }) => site);
    const sites = new Set([...touched, ...(incident.root.site ? [incident.root.site] : [])]);
    const hull = hullOf([...sites].map(pointOf).filter((point) => point !== null));
    if (hull.length < 2) continue;
    areas.push({ key: incident.id, kind: "incident", severity: incident.severity, hull, ...told(incident) });
  }
  return areas.sort((a, b) => rank(b.severity) - rank(a.severity));
}

/** @typedef {{sites?: string[], regions?: string[], power_feeds?: string[]}} Meant */

/** The outline of the sites that an announcement or an emergency means: by name, by region, by power feed.
 * @param {Meant} meant
 * @param {import("./site_table.js").SiteTable} table
 * @param {{x: Float64Array, y: Float64Array}} points
 * @returns {Point[]} */
export function hullOfMeant({ sites = [], regions = [], power_feeds = [] }, table, points) {
  const { columns, places } = table;
  const inRegion = columns.regions.map((path) => regions.some((one) => path === one || path.startsWith(`${one}/`)));
  const onFeed = columns.power_feeds.map((feed) => power_feeds.includes(feed));
  const named = new Set(sites.map((id) => places.get(id)));
  /** @type {Point[]} */
  const found = [];
  for (let place = 0; place < table.size; place++) {
    if (inRegion[columns.region_of[place]] || onFeed[columns.power_feed_of[place]] || named.has(place))
      found.push({ x: points.x[place], y: points.y[place] });
  }
  return hullOf(found);
}
