/**
 * The sites on the map, and the links between them: one canvas of whole pixels, the worst on top.
 */

import { SEVERITIES } from "/shared/lib/severity.js";
import { FINE } from "../state/map_dots.js";
import { paintDots, paintLines, rgbOf, stampOf } from "../state/map_pixels.js";
import { lookOf, SheetLayer, token } from "./sheet_layer.js";

/** @typedef {import("../state/map_dots.js").Grid} Grid */
/** @typedef {import("../state/map_pixels.js").Shape} Shape */

/**
 * @typedef {object} Dots
 * @property {Float64Array} x  world pixels of zoom 0, by the sites' places
 * @property {Float64Array} y
 * @property {Uint8Array} levels
 * @property {Uint32Array} order  of painting
 * @property {{from: ArrayLike<number>, to: ArrayLike<number>}} links  places
 * @property {boolean} linked  whether links are shown
 * @property {Grid} grid
 */

const REACH = 12;
const LINES_AT_MOST = 6000;
const SHAPED_FROM = 9; // nearer than this the dots are far enough apart to have shapes
/** @type {Shape[]} in the order of severities */
const SHAPES = ["diamond", "triangle", "disc", "square", "question", "disc"];
const RADII = [6.5, 6, 5, 4.5, 4.5, 3];
const FAINT = 0.5;

export class DotLayer extends SheetLayer {
  constructor() {
    super("map-dots");
    /** @type {Dots|null} */
    this.dots = null;
    /** @type {ImageData|null} */
    this.image = null;
    this.pixels = new Uint32Array(0);
    this.stampsFor = "";
    /** @type {import("../state/map_pixels.js").Stamp[]} */
    this.stamps = [];
    this.line = 0;
  }

  /** @param {Dots} dots */
  show(dots) {
    this.dots = dots;
    this.later();
  }

  /** The colours have changed. */
  recolour() {
    this.stampsFor = "";
    this.later();
  }

  /** @param {{x: number, y: number}} point in the container
   * @returns {number} the place of the site that is meant, -1 for none */
  placeAt(point) {
    if (!this.on_ || !this.dots) return -1;
    const { scale, left, top } = lookOf(this.on_);
    return this.dots.grid.at((point.x + left) / scale, (point.y + top) / scale, REACH / scale, this.dots.levels);
  }

  /** @override
   * @param {HTMLCanvasElement} canvas
   * @param {import("../state/map_pixels.js").Look} look
   * @param {number} ratio */
  paint(canvas, look, ratio) {
    const context = canvas.getContext("2d");
    if (!context || !this.dots || !canvas.width || !canvas.height) return;
    if (!this.image || this.image.width !== canvas.width || this.image.height !== canvas.height) {
      this.image = new ImageData(canvas.width, canvas.height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    } else this.pixels.fill(0);
    this.cut(look.scale, ratio);
    const sheet = { pixels: this.pixels, width: canvas.width, height: canvas.height };
    const finer = { scale: look.scale * ratio, left: look.left * ratio, top: look.top * ratio };
    const { dots } = this;
    if (dots.linked) paintLines(sheet, finer, dots, dots.links, this.line, LINES_AT_MOST);
    paintDots(sheet, finer, dots, this.stamps);
    context.putImageData(this.image, 0, 0);
  }

  /** Cuts the stamps for a zoom and a theme, unless those at hand fit.
   * @param {number} scale
   * @param {number} ratio */
  cut(scale, ratio) {
    const shaped = scale >= 2 ** SHAPED_FROM;
    const wanted = `${shaped} ${ratio} ${token("--critical")}`;
    if (this.stampsFor === wanted) return;
    this.stampsFor = wanted;
    const size = ratio * (shaped ? 1 : 0.72);
    const edge = rgbOf(token("--ground"));
    this.stamps = SEVERITIES.map((severity, level) =>
      stampOf(shaped ? SHAPES[level] : "disc", RADII[level] * size, rgbOf(token(`--${severity}`)), edge),
    );
    const fine = rgbOf(token("--muted"));
    this.stamps[FINE] = stampOf("disc", (shaped ? 2.5 : 1.2) * ratio, fine, null, FAINT);
    const [red, green, blue] = rgbOf(token("--line"));
    this.line = ((200 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
}
