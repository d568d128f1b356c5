/**
 * What stands over the sites on the map: areas, ways, people, the chosen site; few enough to be drawn one by one.
 */

import { cssClass } from "/shared/lib/severity.js";
import { isNear } from "../state/map_areas.js";
import { boxOf } from "../state/map_dots.js";
import { holds } from "../state/map_labels.js";
import { namesAt } from "../state/map_names.js";
import { FONT, inUrgency, labelAround, labelBeside, labelOn, paintLabels } from "./mark_labels.js";
import { lookOf, SheetLayer, token } from "./sheet_layer.js";

/** @typedef {import("../state/map_areas.js").Area} Area */
/** @typedef {import("../state/map_areas.js").Point} Point */
/** @typedef {{id: string, at: Point, radius: number, words: string, stale: boolean, chosen: boolean}} Person  radius in world pixels */
/** @typedef {{points: Point[], firm: boolean, numbered: boolean}} Way */
/** @typedef {{areas: Area[], ways: Way[], people: Person[], calls: {at: Point, words: string}[], names: import("../state/map_names.js").PlaceName[], chosen: Point|null}} Marks */
/** @typedef {(point: Point) => Point} Spot */
/** @typedef {import("../state/map_labels.js").Box} Box */

const PAD = 18;
const ASIDE = 8;
const REACH = 14;
const NAMED_FROM = 10; // nearer than this people have their names beside them
const BESIDE_CALL = 26;
const EDGE = 6;
const TOP = 60; // above that the search and the layers lie over the map

export class MarkLayer extends SheetLayer {
  constructor() {
    super("map-marks");
    /** @type {Marks} */
    this.marks = { areas: [], ways: [], people: [], calls: [], names: [], chosen: null };
    /** @type {import("./mark_labels.js").Shown[]} words where they were painted */
    this.shown = [];
    this.meant = ""; // the area that the mouse is in, where its words had found no room
    /** @type {{person: Person, x: number, y: number}[]} people where they were painted */
    this.people_at = [];
  }

  /** @param {Marks} marks */
  show(marks) {
    this.marks = marks;
    this.later();
  }

  /** @param {Point} point in the container
   * @returns {Person|null} whoever is there */
  personAt(point) {
    const near = this.people_at
      .map(({ person, x, y }) => ({ person, away: Math.hypot(x - point.x, y - point.y) }))
      .filter(({ away }) => away <= REACH)
      .sort((a, b) => a.away - b.away);
    return near[0]?.person ?? null;
  }

  /** @param {Point} point in the container
   * @returns {Area|null} the area whose words are there */
  areaAt(point) {
    return this.shown.find(({ area, box }) => area && holds(box, point))?.area ?? null;
  }

  /** Somebody points there: of the areas whose words found no room the most urgent gets it.
   * @param {Point} point in the container */
  point({ x, y }) {
    if (!this.on_) return;
    const { scale, left, top } = lookOf(this.on_);
    const world = { x: (x + left) / scale, y: (y + top) / scale };
    const isHere = (/** @type {Area} */ { hull }) => isNear(hull, world, PAD / scale);
    const isSaid = (/** @type {Area} */ { key }) => key !== this.meant && this.shown.some(({ area }) => area?.key === key);
    const meant = inUrgency(this.marks.areas, this.meant).find((area) => isHere(area) && !isSaid(area))?.key ?? "";
    if (meant === this.meant) return;
    this.meant = meant;
    this.later();
  }

  /** @override
   * @param {HTMLCanvasElement} canvas
   * @param {import("../state/map_pixels.js").Look} look
   * @param {number} ratio */
  paint(canvas, look, ratio) {
    const context = canvas.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.font = FONT;
    /** @type {Spot} */
    const spot = ({ x, y }) => ({ x: x * look.scale - look.left, y: y * look.scale - look.top });
    for (const area of this.marks.areas) paintArea(context, area, spot);
    for (const way of this.marks.ways) paintWay(context, way, spot);
    if (this.marks.chosen) ring(context, spot(this.marks.chosen), 12, token("--text"), 2);
    this.people_at = this.marks.people.map((person) => paintPerson(context, person, spot, look.scale));
    for (const { at } of this.marks.calls) paintCall(context, spot(at));
    const frame = { left: EDGE, top: TOP, right: canvas.width / ratio - EDGE, bottom: canvas.height / ratio - EDGE };
    this.shown = paintLabels(context, this.labels(context, spot, look.scale, frame));
  }

  /** What there is to say, the most urgent first.
   * @param {CanvasRenderingContext2D} context
   * @param {Spot} spot
   * @param {number} scale
   * @param {Box} frame
   * @returns {import("./mark_labels.js").Label[]} */
  labels(context, spot, scale, frame) {
    const { areas, calls, names, people } = this.marks;
    const isNamed = scale >= 2 ** NAMED_FROM;
    return [
      ...calls.map(({ at, words }) => labelBeside(context, words, token("--critical"), spot(at), BESIDE_CALL)),
      ...inUrgency(areas, this.meant).map((area) => ({ ...labelAround(context, area.words, colourOf(area), outline(area, spot), frame), area })),
      ...(isNamed ? people.map(({ words, stale }, n) => labelBeside(context, words, token(stale ? "--muted" : "--text"), this.people_at[n])) : []),
      ...namesAt(names, Math.log2(scale)).map(({ words, at }) => labelOn(context, words, token("--muted"), spot(at))),
    ];
  }
}

/** An area's box on the screen, with the room around its sites.
 * @param {Area} area
 * @param {Spot} spot
 * @returns {Box} */
function outline({ hull }, spot) {
  const corners = hull.map(spot);
  const { left, top, right, bottom } = boxOf(corners.map(({ x }) => x), corners.map(({ y }) => y));
  return { left: left - PAD, top: top - PAD, right: right + PAD, bottom: bottom + PAD };
}

/** @param {Area} area
 * @returns {string} */
function colourOf({ kind, severity }) {
  if (kind === "announcement") return token("--muted");
  return token(`--${kind === "emergency" ? "critical" : cssClass(severity).replace("severity-", "")}`);
}

/** A hull with room around it: arcs at its corners, joined.
 * @param {CanvasRenderingContext2D} context
 * @param {Area} area
 * @param {Spot} spot */
function paintArea(context, area, spot) {
  const corners = area.hull.map(spot);
  context.beginPath();
  corners.forEach((corner, n) => {
    const before = corners[(n + corners.length - 1) % corners.length];
    const after = corners[(n + 1) % corners.length];
    context.arc(corner.x, corner.y, PAD, outward(before, corner), outward(corner, after));
  });
  if (corners.length === 1) context.arc(corners[0].x, corners[0].y, PAD, 0, 2 * Math.PI);
  context.closePath();
  const colour = colourOf(area);
  context.fillStyle = colour;
  context.globalAlpha = 0.07;
  context.fill();
  context.globalAlpha = area.kind === "incident" ? 0.8 : 0.6;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(area.kind === "incident" ? [] : [6, 4]);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The direction out of a hull that runs clockwise on the screen, across the edge from one corner to the next.
 * @param {Point} from
 * @param {Point} to */
function outward(from, to) {
  return Math.atan2(to.y - from.y, to.x - from.x) - Math.PI / 2;
}

/** @param {CanvasRenderingContext2D} context
 * @param {Way} way
 * @param {Spot} spot */
function paintWay(context, { points, firm, numbered }, spot) {
  const spots = points.map(spot);
  context.strokeStyle = token("--accent");
  context.lineWidth = firm ? 2 : 1.5;
  context.setLineDash(firm ? [] : [4, 4]);
  context.beginPath();
  spots.forEach(({ x, y }, n) => (n ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.setLineDash([]);
  if (!numbered) return;
  spots.slice(1).forEach((at, n) => {
    disc(context, at, 9, token("--accent"));
    context.fillStyle = token("--on-accent");
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(n + 1), at.x, at.y + 0.5);
  });
}

/** Head and shoulders in the accent: no severity has that shape or colour. Who was not heard of for long is grey.
 * @param {CanvasRenderingContext2D} context
 * @param {Person} person
 * @param {Spot} spot
 * @param {number} scale */
function paintPerson(context, person, spot, scale) {
  const { at, radius, stale, chosen } = person;
  const place = spot(at);
  const colour = token(stale ? "--muted" : "--accent");
  if (chosen && radius * scale > 6) {
    context.globalAlpha = 0.12;
    disc(context, place, radius * scale, colour);
    context.globalAlpha = 1;
  }
  const x = place.x + ASIDE; // beside the place, so that whoever is on site does not hide it
  const y = place.y - ASIDE;
  context.fillStyle = colour;
  context.strokeStyle = token("--ground");
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y + 6, 6, Math.PI, 2 * Math.PI);
  context.closePath();
  context.moveTo(x + 3.5, y - 4);
  context.arc(x, y - 4, 3.5, 0, 2 * Math.PI);
  context.stroke();
  context.fill();
  if (chosen) ring(context, { x, y: y - 1 }, 11, colour, 1.5);
  return { person, x, y };
}

/** Somebody calls for help: nothing else on the map has this mark.
 * @param {CanvasRenderingContext2D} context
 * @param {Point} at */
function paintCall(context, at) {
  ring(context, at, 16, token("--critical"), 3);
  ring(context, at, 22, token("--critical"), 1.5);
}

/** @param {CanvasRenderingContext2D} context
 * @param {Point} at
 * @param {number} radius
 * @param {string} colour */
function disc(context, { x, y }, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** @param {CanvasRenderingContext2D} context
 * @param {Point} at
 * @param {number} radius
 * @param {string} colour
 * @param {number} width */
function ring(context, { x, y }, radius, colour, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
