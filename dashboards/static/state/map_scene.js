/**
 * What the map shows as it stands now: from the board's collections to dots, areas, ways and people in world pixels.
 */

import { rank } from "/shared/lib/severity.js";
import { Grid, levelsOf, paintingOrder } from "./map_dots.js";
import { hullOfMeant, incidentAreas } from "./map_areas.js";
import { placeNames } from "./map_names.js";
import { isStaleAt } from "./map_tracks.js";
import { projectAll, worldOf } from "./map_world.js";

/** @typedef {import("./map_areas.js").Area} Area */
/** @typedef {import("./map_areas.js").Point} Point */
/** @typedef {import("./map_world.js").Shift} Shift */
/** @typedef {import("./site_table.js").SiteTable} SiteTable */
/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {{items: (name: string) => ReadonlyMap<string, any>}} Board */

/**
 * @typedef {object} Ground  what only changes with the inventory
 * @property {SiteTable} table
 * @property {Shift} shift
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Grid} grid
 * @property {{from: number[], to: number[]}} links
 * @property {import("./map_names.js").PlaceName[]} names
 */

const AREAS_AT_MOST = 200;
const METRES_ROUND = 40_075_017;
const WORLD = 256;

/** @param {SiteTable} table
 * @param {Shift} shift
 * @returns {Ground} */
export function groundFor(table, shift) {
  const { latitudes, longitudes, upstreams, downstreams, regions, region_of } = table.columns;
  const points = projectAll(latitudes, longitudes, shift);
  return {
    table,
    shift,
    ...points,
    grid: new Grid(points.x, points.y),
    links: { from: upstreams, to: downstreams },
    names: placeNames(regions, region_of, points),
  };
}

/** @param {Ground} ground
 * @param {Board} board
 * @param {boolean} linked
 * @returns {import("../parts/dot_layer.js").Dots} */
export function dotsOf({ table, x, y, grid, links }, board, linked) {
  const levels = levelsOf(table.places, board.items("alarm").values());
  return { x, y, levels, order: paintingOrder(levels), links, linked, grid };
}

/** @param {Ground} ground
 * @param {Board} board
 * @param {(incident: import("../shapes.js").Incident) => string} words
 * @param {(id: string) => string} hrefOf an incident
 * @returns {Area[]} */
export function areasOf({ table, x, y }, board, words, hrefOf) {
  const pointOf = (/** @type {string} */ id) => {
    const place = table.places.get(id);
    return place === undefined ? null : { x: x[place], y: y[place] };
  };
  const told = (/** @type {any} */ incident) => ({ words: words(incident), href: hrefOf(incident.id) });
  return incidentAreas(board.items("incident").values(), pointOf, told, rank).slice(-AREAS_AT_MOST);
}

/** Regions in emergency, and where power cuts, weather and works are announced.
 * @param {Ground} ground
 * @param {Board} board
 * @param {(kind: "emergency"|"announcement", one: any) => {words: string, href: string}} told
 * @param {number} now
 * @returns {Area[]} */
export function warningsOf(ground, board, told, now) {
  const emergencies = [...board.items("emergency").values()].map((one) => ({ one, kind: /** @type {const} */ ("emergency"), meant: { regions: [one.region] } }));
  const announced = [...board.items("announcement").values()]
    .filter((one) => Date.parse(one.ends_at) > now)
    .map((one) => ({ one, kind: /** @type {const} */ ("announcement"), meant: one }));
  return [...announced, ...emergencies]
    .map(({ one, kind, meant }) => ({
      key: `${kind} ${one.id}`,
      kind,
      severity: "",
      hull: hullOfMeant(meant, ground.table, ground),
      ...told(kind, one),
    }))
    .filter(({ hull }) => hull.length);
}

/** Where people go: a line to the site of the order that they hold, firm once they are on the way.
 * @param {Ground} ground
 * @param {Board} board
 * @param {(id: string) => Point|null} personAt
 * @returns {import("../parts/mark_layer.js").Way[]} */
export function waysOf({ table, x, y }, board, personAt) {
  /** @type {import("../parts/mark_layer.js").Way[]} */
  const ways = [];
  for (const order of board.items("work_order").values()) {
    const from = ["accepted", "en_route"].includes(order.state) ? personAt(order.technician) : null;
    const place = table.places.get(order.site);
    if (from && place !== undefined)
      ways.push({ points: [from, { x: x[place], y: y[place] }], firm: order.state === "en_route", numbered: false });
  }
  return ways;
}

/** @param {Shift} shift
 * @param {{latitude: number, longitude: number}} place
 * @returns {Point} */
export function pointAt(shift, { latitude, longitude }) {
  return worldOf(...shift(latitude, longitude));
}

/** Metres on the ground as world pixels of zoom 0 (EPSG:3857 stretches with the latitude).
 * @param {number} metres
 * @param {number} latitude */
function worldMetres(metres, latitude) {
  return (metres * WORLD) / (METRES_ROUND * Math.cos((latitude * Math.PI) / 180));
}

/** @param {Technician} technician
 * @param {Point} at
 * @param {boolean} chosen
 * @param {number} now
 * @returns {import("../parts/mark_layer.js").Person} */
export function personOf(technician, at, chosen, now) {
  const radius = worldMetres(technician.accuracy ?? 0, technician.latitude);
  return { id: technician.id, at, radius, words: technician.name, stale: isStaleAt(technician, now), chosen };
}
