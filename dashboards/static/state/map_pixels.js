/**
 * The map's dots as pixels: shapes become stamps once, and a frame presses them into one array of colours.
 *
 * A canvas of circles manages three frames a second for a hundred thousand sites; whole pixels manage twenty and more.
 */

/** @typedef {[number, number, number]} Rgb */
/** @typedef {"disc"|"diamond"|"triangle"|"square"|"question"} Shape */
/** @typedef {{reach: number, dx: Int16Array, dy: Int16Array, colours: Uint32Array}} Stamp  opaque or not, as it will stand */
/** @typedef {{pixels: Uint32Array, width: number, height: number}} Sheet */
/** @typedef {{scale: number, left: number, top: number}} Look  sheet = world * scale - (left, top) */

const PARTS = 4; // each pixel is asked at 4 by 4 points how much of it a shape covers
const EDGE = 1.25;

/** Inside is at or below 0: how far outside of a shape of radius 1 a point is, in radii.
 * @type {Record<Shape, (x: number, y: number) => number>} */
const OUTSIDE = {
  disc: (x, y) => Math.hypot(x, y) - 1,
  diamond: (x, y) => (Math.abs(x) + Math.abs(y) - 1.2) / Math.SQRT2,
  triangle: (x, y) => Math.max(y - 0.75, (Math.abs(x) * 1.732 - y - 1.1) / 2),
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.85,
  question: (x, y) => Math.max(Math.hypot(x, y) - 1, 0.45 - Math.hypot(x, y)), // a ring: nobody knows what is in it
};

/** @param {string} colour #rrggbb
 * @returns {Rgb} */
export function rgbOf(colour) {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** A shape with a thin edge that sets it off from what lies beneath, as single pixels.
 * @param {Shape} shape
 * @param {number} radius pixels of the sheet
 * @param {Rgb} fill
 * @param {Rgb|null} edge none: no edge
 * @param {number} opacity
 * @returns {Stamp} */
export function stampOf(shape, radius, fill, edge, opacity = 1) {
  const reach = Math.ceil(radius * 1.3 + (edge ? EDGE : 0));
  /** @type {[number, number, number][]} */
  const found = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const filled = covered(shape, radius, 0, dx, dy);
      const all = edge ? covered(shape, radius, EDGE, dx, dy) : filled;
      if (all > 0) found.push([dx, dy, mixed(fill, edge ?? fill, filled / all, all * opacity)]);
    }
  }
  return {
    reach,
    dx: Int16Array.from(found, ([dx]) => dx),
    dy: Int16Array.from(found, ([, dy]) => dy),
    colours: Uint32Array.from(found, ([, , colour]) => colour),
  };
}

/** How much of a pixel a shape covers, 0 to 1.
 * @param {Shape} shape
 * @param {number} radius
 * @param {number} more pixels around it
 * @param {number} dx
 * @param {number} dy */
function covered(shape, radius, more, dx, dy) {
  let inside = 0;
  for (let part = 0; part < PARTS * PARTS; part++) {
    const x = dx + ((part % PARTS) + 0.5) / PARTS - 0.5;
    const y = dy + (Math.floor(part / PARTS) + 0.5) / PARTS - 0.5;
    if (OUTSIDE[shape](x / radius, y / radius) * radius <= more) inside++;
  }
  return inside / (PARTS * PARTS);
}

/** @param {Rgb} over
 * @param {Rgb} under
 * @param {number} share of `over`
 * @param {number} opacity
 * @returns {number} as canvases keep it on a little-endian machine: alpha, blue, green, red */
function mixed(over, under, share, opacity) {
  const [red, green, blue] = over.map((value, place) => Math.round(value * share + under[place] * (1 - share)));
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Presses each place's stamp, in the order given.
 * @param {Sheet} sheet
 * @param {Look} look
 * @param {{x: Float64Array, y: Float64Array, order: Uint32Array, levels: Uint8Array}} dots
 * @param {Stamp[]} stamps by level */
export function paintDots(sheet, look, { x, y, order, levels }, stamps) {
  const { pixels, width, height } = sheet;
  const { scale, left, top } = look;
  for (let turn = 0; turn < order.length; turn++) {
    const place = order[turn];
    const across = Math.round(x[place] * scale - left);
    const down = Math.round(y[place] * scale - top);
    const stamp = stamps[levels[place]];
    const { reach } = stamp;
    if (across < -reach || down < -reach || across >= width + reach || down >= height + reach) continue;
    const { dx, dy, colours } = stamp;
    if (across >= reach && down >= reach && across < width - reach && down < height - reach) {
      const middle = down * width + across;
      for (let one = 0; one < colours.length; one++) pixels[middle + dy[one] * width + dx[one]] = colours[one];
      continue;
    }
    for (let one = 0; one < colours.length; one++) {
      const column = across + dx[one];
      const line = down + dy[one];
      if (column >= 0 && line >= 0 && column < width && line < height) pixels[line * width + column] = colours[one];
    }
  }
}

/** Draws thin lines between places that are near enough to be seen; Bresenham's way.
 * @param {Sheet} sheet
 * @param {Look} look
 * @param {{x: Float64Array, y: Float64Array}} points
 * @param {{from: ArrayLike<number>, to: ArrayLike<number>}} lines places
 * @param {number} colour
 * @param {number} most lines; beyond that they would say nothing, and none is drawn */
export function paintLines(sheet, look, points, lines, colour, most) {
  const seen = linesSeen(sheet, look, points, lines, most + 1);
  if (seen.length > most) return;
  for (const line of seen) {
    const from = spotOf(points, look, lines.from[line]);
    const to = spotOf(points, look, lines.to[line]);
    const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
    if (steps > sheet.width * 4) continue; // from out of the picture to out of it: what it passes is not said by it
    for (let step = 0; step <= steps; step++) {
      const across = Math.round(from.x + ((to.x - from.x) * step) / steps);
      const down = Math.round(from.y + ((to.y - from.y) * step) / steps);
      if (across >= 0 && down >= 0 && across < sheet.width && down < sheet.height)
        sheet.pixels[down * sheet.width + across] = colour;
    }
  }
}

/** @param {Sheet} sheet
 * @param {Look} look
 * @param {{x: Float64Array, y: Float64Array}} points
 * @param {{from: ArrayLike<number>, to: ArrayLike<number>}} lines
 * @param {number} most
 * @returns {number[]} those of which an end is in the picture, so many at most */
function linesSeen(sheet, look, points, lines, most) {
  const { x, y } = points;
  const { scale, left, top } = look;
  const [right, bottom] = [left + sheet.width, top + sheet.height];
  const isSeen = (/** @type {number} */ place) => {
    const across = x[place] * scale;
    const down = y[place] * scale;
    return across >= left && across < right && down >= top && down < bottom;
  };
  /** @type {number[]} */
  const seen = [];
  for (let line = 0; line < lines.from.length && seen.length < most; line++) {
    if (isSeen(lines.from[line]) || isSeen(lines.to[line])) seen.push(line);
  }
  return seen;
}

/** @param {{x: Float64Array, y: Float64Array}} points
 * @param {Look} look
 * @param {number} place */
function spotOf({ x, y }, { scale, left, top }, place) {
  return { x: Math.round(x[place] * scale - left), y: Math.round(y[place] * scale - top) };
}
