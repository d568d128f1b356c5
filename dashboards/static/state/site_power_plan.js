/**
 * Where the boxes of the power picture stand: side by side on a desk, one under the other on a phone.
 */

/** @typedef {import("./site_power.js").Stage} Stage */
/** @typedef {import("./site_power.js").PowerChain} PowerChain */
/** @typedef {{stage: Stage, x: number, y: number}} Box */
/** @typedef {{path: string, live: boolean}} Wire */
/** @typedef {{width: number, height: number, box: {width: number, height: number}, boxes: Box[], wires: Wire[], bus: Wire & {label: {x: number, y: number}}}} Plan */

const STEP = 76;
const BOX = { width: 190, height: 60 };
const [MIDDLE, BUS, RIGHT] = [250, 500, 560];
const NARROW = { width: 162, height: 60 };

/** Sources at the left, rectifier over battery in the middle, the bus, and whom it serves at the right.
 * @param {PowerChain} chain
 * @returns {Plan} */
export function widePlan({ sources, rectifier, battery, bus, loads }) {
  const rows = Math.max(sources.length, 2, loads.length);
  const height = rows * STEP - (STEP - BOX.height) + 26;
  const middle = (/** @type {number} */ y) => y + BOX.height / 2;
  const left = sources.map((stage, n) => ({ stage, x: 0, y: 26 + n * STEP }));
  const right = loads.map((stage, n) => ({ stage, x: RIGHT, y: 26 + n * STEP }));
  const centre = [
    { stage: rectifier, x: MIDDLE, y: 26 },
    { stage: battery, x: MIDDLE, y: 26 + STEP },
  ];
  const into = BOX.width + (MIDDLE - BOX.width) / 2;
  return {
    width: RIGHT + BOX.width,
    height,
    box: BOX,
    boxes: [...left, ...centre, ...right],
    wires: [
      ...left.map(({ stage, y }) => ({ path: `M${BOX.width} ${middle(y)}H${into}V${middle(26)}H${MIDDLE}`, live: stage.live })),
      ...centre.map(({ stage, y }) => ({ path: `M${MIDDLE + BOX.width} ${middle(y)}H${BUS}`, live: stage.live })),
      ...right.map(({ stage, y }) => ({ path: `M${BUS} ${middle(y)}H${RIGHT}`, live: bus.live && stage.live })),
    ],
    bus: { path: `M${BUS} 26V${height}`, live: bus.live, label: { x: BUS, y: 14 } },
  };
}

/** From top to bottom, two boxes abreast: sources, rectifier and battery, the bus, and whom it serves.
 * @param {PowerChain} chain
 * @returns {Plan} */
export function narrowPlan({ sources, rectifier, battery, bus, loads }) {
  const width = NARROW.width * 2 + 16;
  const place = (/** @type {Stage} */ stage, /** @type {number} */ n, /** @type {number} */ top) => ({
    stage,
    x: (n % 2) * (NARROW.width + 16),
    y: top + Math.floor(n / 2) * STEP,
  });
  const first = sources.map((stage, n) => place(stage, n, 0));
  const second = Math.ceil(sources.length / 2) * STEP + 8;
  const centre = [place(rectifier, 0, second), place(battery, 1, second)];
  const line = second + NARROW.height + 40;
  const last = loads.map((stage, n) => place(stage, n, line + 20));
  const across = (/** @type {Box} */ { x }) => x + NARROW.width / 2;
  return {
    width,
    height: line + 20 + Math.ceil(loads.length / 2) * STEP,
    box: NARROW,
    boxes: [...first, ...centre, ...last],
    wires: [
      ...first.map((box) => ({ path: `M${across(box)} ${box.y + NARROW.height}V${second - 8}H${across(centre[0])}V${second}`, live: box.stage.live })),
      ...centre.map((box) => ({ path: `M${across(box)} ${box.y + NARROW.height}V${line}`, live: box.stage.live })),
      ...last.slice(0, 2).map((box) => ({ path: `M${across(box)} ${line}V${box.y}`, live: bus.live && box.stage.live })),
    ],
    bus: { path: `M0 ${line}H${width}`, live: bus.live, label: { x: width / 2, y: line - 8 } },
  };
}
