/**
 * How many alarms each operator had to look after, as points of a chart with the limits of ANSI/ISA-18.2.
 */

/** @typedef {import("./shapes_shift.js").AlarmLoad} AlarmLoad */

const WINDOWS_AN_HOUR = 6;
const STEP_MS = 600_000;
/** Pixels that a line of words takes. */
const LINE = 16;

/** Alarms of each ten minutes, by operator.
 * @param {AlarmLoad} load
 * @returns {number[]} */
export function perOperator({ per_10_minutes, operators_there }) {
  return per_10_minutes.map((count, n) => count / Math.max(1, operators_there[n] ?? 1));
}

/** How it is now: right, much (more than is right), too_much, or a flood that lasts.
 * @param {AlarmLoad} load
 * @returns {"right"|"much"|"too_much"|"flood"} */
export function loadNow({ floods, per_operator_hour, limits }) {
  if (floods.at(-1)?.until === null) return "flood";
  if (per_operator_hour > limits.most) return "too_much";
  return per_operator_hour > limits.right ? "much" : "right";
}

/** The chart in a box of this size: bars, limits and hours as lines, stretches in which nobody was there. Its top is the
 * flood limit, or more.
 * @param {AlarmLoad} load
 * @param {number} width
 * @param {number} height */
export function chartOf(load, width, height) {
  const counts = perOperator(load);
  const top = Math.max(load.limits.flood * 1.25, ...counts);
  const step = width / counts.length;
  const y = (/** @type {number} */ value) => height - (value / top) * height;
  const bars = counts.map((value, n) => ({ x: n * step, width: Math.max(1, step - 1), y: y(value), height: height - y(value), flood: value > load.limits.flood }));
  const limits = apart([
    { name: "right", value: load.limits.right, y: y(load.limits.right / WINDOWS_AN_HOUR) },
    { name: "most", value: load.limits.most, y: y(load.limits.most / WINDOWS_AN_HOUR) },
    { name: "flood", value: load.limits.flood, y: y(load.limits.flood) },
  ]);
  return { bars: bars.filter((bar) => bar.height > 0), limits, hours: hoursOf(load, step), unmanned: unmannedOf(load, step) };
}

/** The limits, the lowest first, with where the words of each stand: beside its line, but never over those below.
 * @param {{name: string, value: number, y: number}[]} limits
 * @returns {{name: string, value: number, y: number, words: number}[]} */
function apart(limits) {
  let below = Infinity;
  return limits.map((limit) => {
    below = Math.min(limit.y, below - LINE);
    return { ...limit, words: below };
  });
}

/** Stretches in which nobody was there.
 * @param {AlarmLoad} load
 * @param {number} step  pixels a window
 * @returns {{x: number, width: number}[]} */
function unmannedOf({ operators_there: there }, step) {
  /** @type {{x: number, width: number}[]} */
  const stretches = [];
  there.forEach((people, n) => {
    const last = stretches.at(-1);
    if (people > 0) return;
    if (last && Math.abs(last.x + last.width - n * step) < step / 2) last.width += step;
    else stretches.push({ x: n * step, width: step });
  });
  return stretches;
}

/** Every fourth full hour within the chart.
 * @param {AlarmLoad} load
 * @param {number} step  pixels a window */
function hoursOf({ since, per_10_minutes }, step) {
  const from = Date.parse(since);
  const hours = [];
  for (let n = 0; n < per_10_minutes.length; n += 1) {
    const at = new Date(from + n * STEP_MS);
    const before = new Date(from + (n - 1) * STEP_MS);
    if (at.getHours() !== before.getHours() && at.getHours() % 4 === 0) hours.push({ x: n * step, hour: at.getHours() });
  }
  return hours;
}
