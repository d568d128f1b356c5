/**
 * Where words stand on a map, so that none covers another: the most urgent choose first.
 */

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {{x: number, y: number}} Point */

/** Of each label the box in which it is shown: the first of its own that no more urgent one has taken.
 * @param {Box[][]} wanted  of each label the boxes in which it may stand, the best first; the most urgent label first
 * @returns {(Box|null)[]} null for a label that has no room */
export function placeLabels(wanted) {
  /** @type {Box[]} */
  const taken = [];
  return wanted.map((boxes) => {
    const free = boxes.find((box) => !taken.some((other) => overlap(box, other)));
    if (free) taken.push(free);
    return free ?? null;
  });
}

/** @param {Box} a
 * @param {Box} b */
export function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** @param {Box} box
 * @param {Point} point */
export function holds({ left, right, top, bottom }, { x, y }) {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** Boxes for words over, under and beside what they name; moved into the frame, none where that is out of the picture.
 * @param {Box} named
 * @param {{width: number, height: number}} size of the words
 * @param {Box} frame
 * @returns {Box[]} */
export function boxesAround(named, { width, height }, frame) {
  if (!overlap(named, frame)) return [];
  const middle = (named.left + named.right - width) / 2;
  const [over, under] = [named.top - height, named.bottom];
  const corners = [
    { x: middle, y: over },
    { x: middle, y: under },
    { x: named.left, y: over },
    { x: named.right - width, y: over },
    { x: named.left, y: under },
    { x: named.right - width, y: under },
    { x: middle, y: (named.top + named.bottom - height) / 2 },
  ];
  return corners.map((corner) => within(boxAt(corner, width, height), frame));
}

/** @param {Point} corner top left
 * @param {number} width
 * @param {number} height
 * @returns {Box} */
export function boxAt({ x, y }, width, height) {
  return { left: x, right: x + width, top: y, bottom: y + height };
}

/** As it is, or moved as far as it must be to lie in the frame; its beginning, where it is larger than that.
 * @param {Box} box
 * @param {Box} frame
 * @returns {Box} */
export function within({ left, right, top, bottom }, frame) {
  const across = Math.max(frame.left - left, Math.min(0, frame.right - right));
  const down = Math.max(frame.top - top, Math.min(0, frame.bottom - bottom));
  return { left: left + across, right: right + across, top: top + down, bottom: bottom + down };
}
