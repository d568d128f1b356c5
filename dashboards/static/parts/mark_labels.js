/**
 * The words on the map: calls for help, then areas, people and places, each where nothing more urgent stands.
 */

import { boxAt, boxesAround, placeLabels } from "../state/map_labels.js";
import { token } from "./sheet_layer.js";

/** @typedef {import("../state/map_areas.js").Area} Area */
/** @typedef {import("../state/map_labels.js").Box} Box */
/** @typedef {import("../state/map_labels.js").Point} Point */
/** @typedef {{words: string, colour: string, boxes: Box[], area?: Area}} Label  `boxes`: where it may stand */
/** @typedef {Label & {box: Box}} Shown */

export const FONT = "13px system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const HEIGHT = 18;
const MARGIN = 4;
const BESIDE = 10;

/** @type {Record<Area["kind"], number>} */
const URGENCY = { emergency: 0, incident: 1, announcement: 2 };

/** The most urgent area first; what somebody points at before all.
 * @param {Area[]} areas as they are painted: of a kind the worst last
 * @param {string} meant the key of the area that is pointed at
 * @returns {Area[]} */
export function inUrgency(areas, meant) {
  const rank = (/** @type {Area} */ area) => (area.key === meant ? -1 : URGENCY[area.kind]);
  return [...areas].reverse().sort((a, b) => rank(a) - rank(b));
}

/** Around a box that it names.
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {string} colour
 * @param {Box} named
 * @param {Box} frame
 * @returns {Label} */
export function labelAround(context, words, colour, named, frame) {
  return { words, colour, boxes: boxesAround(named, sizeOf(context, words), frame) };
}

/** To the right of a mark, else to its left.
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {string} colour
 * @param {Point} mark
 * @param {number} [away] of the words from the middle of the mark
 * @returns {Label} */
export function labelBeside(context, words, colour, { x, y }, away = BESIDE) {
  const { width, height } = sizeOf(context, words);
  const top = y - height / 2;
  return { words, colour, boxes: [x + away, x - away - width].map((left) => boxAt({ x: left, y: top }, width, height)) };
}

/** In the middle of what it names.
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {string} colour
 * @param {Point} middle
 * @returns {Label} */
export function labelOn(context, words, colour, { x, y }) {
  const { width, height } = sizeOf(context, words);
  return { words, colour, boxes: [boxAt({ x: x - width / 2, y: y - height / 2 }, width, height)] };
}

/** Paints those that find room, with the ground around their words.
 * @param {CanvasRenderingContext2D} context
 * @param {Label[]} labels the most urgent first
 * @returns {Shown[]} */
export function paintLabels(context, labels) {
  const boxes = placeLabels(labels.map((label) => label.boxes));
  const shown = labels.flatMap((label, n) => (boxes[n] ? [{ ...label, box: boxes[n] }] : []));
  context.font = FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = token("--ground");
  for (const { words, colour, box } of shown) {
    const [x, y] = [box.left + MARGIN, (box.top + box.bottom) / 2];
    context.strokeText(words, x, y);
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }
  return shown;
}

/** @param {CanvasRenderingContext2D} context
 * @param {string} words */
function sizeOf(context, words) {
  context.font = FONT;
  return { width: context.measureText(words).width + 2 * MARGIN, height: HEIGHT };
}
