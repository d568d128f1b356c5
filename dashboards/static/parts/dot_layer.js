/**
 * One canvas over the map for everything that lives: links, sites, technicians. Markers of their own would be too slow.
 */

import { DomUtil, Layer } from "/vendor/leaflet.js";
import { colour } from "/shared/lib/severity.js";
import { thingAt } from "../state/map_dots.js";

/** @typedef {import("../state/map_dots.js").Dot} Dot */
/** @typedef {import("../state/map_dots.js").Line} Line */
/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {{dots: Dot[], lines: Line[], technicians: Technician[], chosen: string}} Scene */

const REACH = 12;
const ASIDE = 8;
const RADIUS = { "": 2.5, critical: 7, major: 6, minor: 5, warning: 4.5, indeterminate: 4.5 };

export class DotLayer extends Layer {
  constructor() {
    super();
    /** @type {Scene} */
    this.scene = { dots: [], lines: [], technicians: [], chosen: "" };
    /** @type {{x: number, y: number, thing: Dot}[]} */
    this.painted = [];
    /** @type {HTMLCanvasElement|null} */
    this.canvas = null;
    /** @type {import("/vendor/leaflet.js").Map|null} */
    this.on_ = null;
  }

  /** @override
   * @param {import("/vendor/leaflet.js").Map} map */
  onAdd(map) {
    this.on_ = map;
    this.canvas = /** @type {HTMLCanvasElement} */ (DomUtil.create("canvas", "map-dots leaflet-zoom-hide"));
    map.getPanes().overlayPane.appendChild(this.canvas);
    map.on("moveend zoomend resize viewreset", this.paint, this);
    this.paint();
    return this;
  }

  /** @override
   * @param {import("/vendor/leaflet.js").Map} map */
  onRemove(map) {
    map.off("moveend zoomend resize viewreset", this.paint, this);
    this.canvas?.remove();
    this.on_ = null;
    return this;
  }

  /** @param {Scene} scene */
  show(scene) {
    this.scene = scene;
    this.paint();
  }

  /** @param {{x: number, y: number}} point in the container
   * @returns {Dot|null} */
  dotAt(point) {
    return thingAt(this.painted, point.x, point.y, REACH);
  }

  paint() {
    const map = this.on_;
    const context = this.canvas?.getContext("2d");
    if (!map || !this.canvas || !context) return;
    const size = map.getSize();
    const ratio = devicePixelRatio;
    DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    context.scale(ratio, ratio);
    /** @param {{latitude: number, longitude: number}} place */
    const spot = (place) => map.latLngToContainerPoint([place.latitude, place.longitude]);
    this.paintLines(context, spot);
    this.paintDots(context, spot);
    this.paintTechnicians(context, spot);
  }

  /** @param {CanvasRenderingContext2D} context
   * @param {(place: any) => {x: number, y: number}} spot */
  paintLines(context, spot) {
    context.strokeStyle = token("--line");
    context.lineWidth = 1;
    context.beginPath();
    for (const { from, to } of this.scene.lines) {
      const a = spot(from);
      const b = spot(to);
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
    }
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context
   * @param {(place: any) => {x: number, y: number}} spot */
  paintDots(context, spot) {
    const fine = token("--muted");
    const edge = token("--ground");
    const text = token("--text");
    this.painted = this.scene.dots.map((dot) => ({ ...xy(spot(dot.site)), thing: dot }));
    for (const { x, y, thing } of this.painted) {
      const radius = RADIUS[/** @type {keyof typeof RADIUS} */ (thing.severity)] ?? 4.5;
      context.globalAlpha = thing.severity ? 1 : 0.45;
      disc(context, x, y, radius, thing.severity ? colour(thing.severity) : fine, thing.severity ? edge : "");
      if (thing.site.id === this.scene.chosen) ring(context, x, y, radius + 4, text);
    }
    context.globalAlpha = 1;
  }

  /** A technician is head and shoulders in the accent: no severity has that shape or colour.
   * @param {CanvasRenderingContext2D} context
   * @param {(place: any) => {x: number, y: number}} spot */
  paintTechnicians(context, spot) {
    context.fillStyle = token("--accent");
    context.strokeStyle = token("--ground");
    context.lineWidth = 1.5;
    for (const technician of this.scene.technicians) {
      const at = spot(technician);
      const x = at.x + ASIDE; // beside the place, so that whoever is on site does not hide it
      const y = at.y - ASIDE;
      context.beginPath();
      context.arc(x, y + 6, 6, Math.PI, 2 * Math.PI);
      context.closePath();
      context.moveTo(x + 3.5, y - 4);
      context.arc(x, y - 4, 3.5, 0, 2 * Math.PI);
      context.stroke();
      context.fill();
    }
  }
}

/** @param {{x: number, y: number}} point */
function xy(point) {
  return { x: point.x, y: point.y };
}

/** @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} fill
 * @param {string} edge */
function disc(context, x, y, radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  if (!edge) return;
  context.strokeStyle = edge;
  context.lineWidth = 1.5;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} stroke */
function ring(context, x, y, radius, stroke) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = stroke;
  context.lineWidth = 1.5;
  context.stroke();
}

/** @param {string} name of a colour in tokens.css */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
