/**
 * What stands over the sites on the map: areas, ways, people, the chosen site; few enough to be drawn one by one.
 */

import { cssClass } from "/shared/lib/severity.js";
import { namesAt } from "../state/map_names.js";
import { SheetLayer, token } from "./sheet_layer.js";

/** @typedef {import("../state/map_areas.js").Area} Area */
/** @typedef {import("../state/map_areas.js").Point} Point */
/** @typedef {{id: string, at: Point, radius: number, words: string, stale: boolean, chosen: boolean}} Person  radius in world pixels */
/** @typedef {{points: Point[], firm: boolean, numbered: boolean}} Way */
/** @typedef {{areas: Area[], ways: Way[], people: Person[], calls: {at: Point, words: string}[], names: import("../state/map_names.js").PlaceName[], chosen: Point|null}} Marks */
/** @typedef {(point: Point) => Point} Spot */

const PAD = 18;
const ASIDE = 8;
const REACH = 14;
const NAMED_FROM = 10; // nearer than this people have their names beside them
const FONT = "13px system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

export class MarkLayer extends SheetLayer {
  constructor() {
    super("map-marks");
    /** @type {Marks} */
    this.marks = { areas: [], ways: [], people: [], calls: [], names: [], chosen: null };
    /** @type {{box: Box, href: string}[]} areas' words where they were painted */
    this.labels = [];
    /** @type {{id: string, x: number, y: number}[]} people where they were painted */
    this.painted_people = [];
  }

  /** @param {Marks} marks */
  show(marks) {
    this.marks = marks;
    this.later();
  }

  /** @param {Point} point in the container
   * @returns {string} whoever is there; "" for nobody */
  personAt(point) {
    const near = this.painted_people
      .map(({ id, x, y }) => ({ id, away: Math.hypot(x - point.x, y - point.y) }))
      .filter(({ away }) => away <= REACH)
      .sort((a, b) => a.away - b.away);
    return near[0]?.id ?? "";
  }

  /** @param {Point} point in the container
   * @returns {string} where the words that are there lead; "" for none */
  labelAt({ x, y }) {
    const hit = this.labels.find(({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
    return hit?.href ?? "";
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
    /** @type {Box[]} */
    const taken = [];
    for (const area of this.marks.areas) paintArea(context, area, spot);
    for (const way of this.marks.ways) paintWay(context, way, spot);
    if (this.marks.chosen) ring(context, spot(this.marks.chosen), 12, token("--text"), 2);
    this.painted_people = this.marks.people.map((person) => paintPerson(context, person, spot, look.scale));
    for (const { at, words } of this.marks.calls) paintCall(context, spot(at), words, taken);
    const width = canvas.width / ratio;
    this.labels = [...this.marks.areas].reverse().flatMap((area) => {
      const box = labelArea(context, area, spot, width, taken);
      return box ? [{ box, href: area.href }] : [];
    });
    if (look.scale >= 2 ** NAMED_FROM) this.namePeople(context, taken);
    for (const { words, at } of namesAt(this.marks.names, Math.log2(look.scale))) {
      const { x, y } = spot(at);
      label(context, { x: x - context.measureText(words).width / 2, y }, words, token("--muted"), taken);
    }
  }

  /** @param {CanvasRenderingContext2D} context
   * @param {Box[]} taken */
  namePeople(context, taken) {
    this.marks.people.forEach(({ words, stale }, n) => {
      const { x, y } = this.painted_people[n];
      label(context, { x: x + 10, y: y - 2 }, words, token(stale ? "--muted" : "--text"), taken);
    });
  }
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
 * @param {Area} area
 * @param {Spot} spot
 * @param {number} width of the map
 * @param {Box[]} taken
 * @returns {Box|null} where its words stand; null where there was no room */
function labelArea(context, area, spot, width, taken) {
  const corners = area.hull.map(spot);
  const top = corners.reduce((best, corner) => (corner.y < best.y ? corner : best), corners[0]);
  if (!top || top.x < 0 || top.x > width) return null;
  const mean = corners.reduce((sum, { x }) => sum + x, 0) / corners.length;
  const size = context.measureText(area.words).width;
  const left = Math.max(6, Math.min(mean - size / 2, width - size - 6));
  return label(context, { x: left, y: top.y - PAD - 8 }, area.words, colourOf(area), taken);
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
function paintPerson(context, { id, at, radius, stale, chosen }, spot, scale) {
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
  return { id, x, y };
}

/** Somebody calls for help: nothing else on the map has this mark.
 * @param {CanvasRenderingContext2D} context
 * @param {Point} at
 * @param {string} words
 * @param {Box[]} taken */
function paintCall(context, at, words, taken) {
  ring(context, at, 16, token("--critical"), 3);
  ring(context, at, 22, token("--critical"), 1.5);
  label(context, { x: at.x + 26, y: at.y }, words, token("--critical"), taken);
}

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** Words with the ground around them; left out where others stand already.
 * @param {CanvasRenderingContext2D} context
 * @param {Point} at left end, middle of the line
 * @param {string} words
 * @param {string} colour
 * @param {Box[]} taken
 * @returns {Box|null} */
function label(context, { x, y }, words, colour, taken) {
  const box = { left: x - 4, right: x + context.measureText(words).width + 4, top: y - 9, bottom: y + 9 };
  const hits = (/** @type {Box} */ other) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  if (taken.some(hits)) return null;
  taken.push(box);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = token("--ground");
  context.strokeText(words, x, y);
  context.fillStyle = colour;
  context.fillText(words, x, y);
  return box;
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
