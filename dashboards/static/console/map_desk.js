/**
 * The map as an object: Leaflet with its layers, what a click means, and people who move between two news of them.
 */

import { control } from "/vendor/leaflet.js";
import { t } from "/shared/lib/i18n.js";
import { makeMap } from "/shared/lib/base_map.js";
import { now } from "/shared/lib/time.js";
import { DotLayer } from "../parts/dot_layer.js";
import { layGround } from "../parts/ground.js";
import { MarkLayer } from "../parts/mark_layer.js";
import { boxOf } from "../state/map_dots.js";
import { areasOf, personOf, pointAt, warningsOf, waysOf } from "../state/map_scene.js";
import { Tracks } from "../state/map_tracks.js";
import { parseRoute, searchOf } from "../state/route.js";
import { lastPart } from "../state/urgency.js";
import { incidentTitle } from "../words/catalogue.js";

/** @typedef {import("../state/map_areas.js").Point} Point */
/** @typedef {import("../state/map_scene.js").Ground} Ground */
/** @typedef {import("./map_layers.js").Layers} Layers */
/** @typedef {{open: (site: string) => void, person: (id: string) => void, go: (route: any) => void}} Heard */
/** @typedef {{ground: Ground, board: any, layers: Layers, person: string, stops: any[]|null, chosen: string}} Shown */

const NEAR = 13;
const PLAIN = 10;
const STEP = 160;
const NARROW = 1000;
const LIST = 300;
const FRAME_MS = 100; // people move slowly: ten pictures a second are smooth

export class MapDesk {
  /** @param {HTMLElement} box
   * @param {import("../parts/ground.js").Tiles|null} tiles
   * @param {Heard} heard
   * @param {(problem: string) => void} onProblem */
  constructor(box, tiles, heard, onProblem) {
    this.box = box;
    this.map = makeMap(box, { land: false, keyboard: false });
    this.tiled = Boolean(tiles);
    this.problem = "";
    control.scale({ imperial: false, position: "bottomright" }).addTo(this.map);
    layGround(this.map, tiles, (problem) => {
      this.problem = problem;
      this.tiled = false;
      onProblem(problem);
    });
    this.dots = new DotLayer();
    this.marks = new MarkLayer();
    this.dots.addTo(this.map);
    this.marks.addTo(this.map);
    this.tracks = new Tracks();
    this.fitted = false;
    /** @type {Ground|null} */
    this.ground = null;
    this.heard = heard;
    this.map.on("click", (/** @type {any} */ event) => this.click(event.containerPoint));
    this.map.on("mousemove", (/** @type {any} */ event) => this.hover(event.containerPoint));
    this.recolour = () => this.dots.recolour();
    addEventListener("guywire-theme", this.recolour);
  }

  remove() {
    removeEventListener("guywire-theme", this.recolour);
    this.map.remove();
  }

  /** @param {import("../parts/dot_layer.js").Dots} dots
   * @param {Ground} ground */
  showDots(dots, ground) {
    this.ground = ground;
    this.dots.show(dots);
    if (!this.fitted && dots.x.length) this.fit();
  }

  /** @param {Shown} shown */
  showMarks({ ground, board, layers, person, stops, chosen }) {
    const time = now();
    const technicians = [...board.items("technician").values()].filter((one) => one.role === "technician");
    this.tracks.hear(technicians, time);
    /** @param {string} id
     * @returns {Point|null} */
    const personAt = (id) => {
      const place = this.tracks.placeOf(id, time);
      return place && pointAt(ground.shift, place);
    };
    const people = technicians.flatMap((one) => {
      const at = personAt(one.id);
      return at ? [personOf(one, at, one.id === person, time)] : [];
    });
    const place = ground.table.places.get(chosen);
    this.marks.show({
      areas: [...(layers.warnings ? warningsOf(ground, board, warningWords, time) : []), ...(layers.areas ? this.areas(ground, board) : [])],
      ways: [...(layers.ways ? waysOf(ground, board, personAt) : []), ...dayOf(ground, personAt(person), stops)],
      people: layers.people ? people : people.filter(({ chosen: asked }) => asked),
      calls: callsOf(ground, board),
      names: this.tiled ? [] : ground.names,
      chosen: place === undefined ? null : { x: ground.x[place], y: ground.y[place] },
    });
  }

  /** @param {Ground} ground
   * @param {any} board */
  areas(ground, board) {
    const words = (/** @type {any} */ incident) => {
      const down = incident.outages.filter((/** @type {any} */ outage) => !outage.ended_at).length;
      return t("map.area.incident", { title: incidentTitle(incident, board), sites: t("sites_n", { n: down }) });
    };
    return areasOf(ground, board, words, (id) => searchOf({ view: "incidents", id }));
  }

  /** Shows the marks again and again while somebody is between two fixes.
   * @param {() => void} show
   * @returns {() => void} ends it */
  whileMoving(show) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return () => {};
    const timer = setInterval(() => this.tracks.isMoving(now()) && show(), FRAME_MS);
    return () => clearInterval(timer);
  }

  /** Brings a place into the picture, near enough when it was searched for.
   * @param {{point: Point, near: boolean}|null} place */
  bring(place) {
    if (!place) return;
    this.fitted = true;
    const at = this.map.unproject([place.point.x, place.point.y], 0);
    const seen = this.map.getBounds().pad(-0.15).contains(at);
    const zoom = Math.max(this.map.getZoom(), place.near ? NEAR : PLAIN);
    if (!seen || place.near || zoom > this.map.getZoom()) this.map.setView(at, zoom, { animate: false });
  }

  /** All sites in one picture. */
  fit() {
    if (!this.ground?.table.size) return;
    this.fitted = true;
    const { left, top, right, bottom } = boxOf(this.ground.x, this.ground.y);
    const corners = [this.map.unproject([left, bottom], 0), this.map.unproject([right, top], 0)];
    const beside = this.box.clientWidth > NARROW ? LIST : 24; // the list of the worst sites covers that much
    this.map.fitBounds(/** @type {any} */ (corners), {
      paddingTopLeft: [beside, 64],
      paddingBottomRight: [40, 40],
      maxZoom: 12,
      animate: false,
    });
  }

  /** @param {number} x
   * @param {number} y */
  pan(x, y) {
    this.map.panBy([x * STEP, y * STEP], { duration: 0.15 });
  }

  /** @param {number} by */
  zoom(by) {
    this.map.setZoom(this.map.getZoom() + by);
  }

  /** What a click there means, and its name: somebody, a site, words that lead somewhere; null where nothing is.
   * @param {Point} point
   * @returns {{name: string, act: () => void}|null} */
  meantAt(point) {
    const person = this.marks.personAt(point);
    if (person) return { name: person.words, act: () => this.heard.person(person.id) };
    const place = this.dots.placeAt(point);
    const site = place >= 0 ? this.ground?.table.at(place) : null;
    if (site) return { name: `${site.name} · ${site.id}`, act: () => this.heard.open(site.id) };
    const area = this.marks.areaAt(point);
    return area && { name: area.words, act: () => this.heard.go(parseRoute(area.href)) };
  }

  /** @param {Point} point */
  click(point) {
    const meant = this.meantAt(point);
    if (meant) meant.act();
    else this.heard.open("");
  }

  /** @param {Point} point */
  hover(point) {
    this.marks.point(point);
    const name = this.meantAt(point)?.name ?? "";
    if (this.box.title !== name) this.box.title = name;
    this.box.classList.toggle("map-meant", Boolean(name));
  }
}

/** @param {"emergency"|"announcement"} kind
 * @param {any} one */
function warningWords(kind, one) {
  if (kind === "emergency") return { words: t("map.area.emergency", { region: lastPart(one.region) }), href: searchOf({ view: "emergency" }) };
  return { words: one.title, href: searchOf({ view: "announcements", id: one.id }) };
}

/** @param {Ground} ground
 * @param {any} board */
function callsOf({ shift }, board) {
  return [...board.items("sos").values()]
    .filter((call) => call.latitude !== null && call.longitude !== null)
    .map((call) => ({ at: pointAt(shift, call), words: t("map.call", { name: call.person_name ?? call.person }) }));
}

/** The rest of somebody's day as one line of numbered stops.
 * @param {Ground} ground
 * @param {Point|null} from
 * @param {any[]|null} stops
 * @returns {import("../parts/mark_layer.js").Way[]} */
function dayOf({ shift }, from, stops) {
  const points = (stops ?? []).filter((stop) => stop.latitude !== null).map((stop) => pointAt(shift, stop));
  return from && points.length ? [{ points: [from, ...points], firm: false, numbered: true }] : [];
}
