/**
 * One line over time with what was least and greatest around it, its limits drawn and named, gaps as gaps.
 */

import uPlot from "/vendor/uplot.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "/vendor/preact.js";
import { clock } from "/shared/lib/time.js";
import { useTheme } from "./hooks.js";
import { useWidth } from "./measures.js";
import { token } from "./sheet_layer.js";
import { axisWords, spanOf } from "../state/site_series.js";

/** @typedef {import("../state/site_series.js").Columns} Columns */
/** @typedef {{columns: Columns, from: number, to: number, limits: {value: number, words: string}[], zone: string, say: (value: number) => string, label: string}} ChartProps  times in epoch seconds */

const HEIGHT = 220;
const FONT = "12px system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const BAND = 0.25;

/** @param {ChartProps} props */
export function Chart(props) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const width = useWidth(box);
  const [theme] = useTheme();
  const [told, setTold] = useState("");
  const plot = useRef(/** @type {uPlot|null} */ (null));
  const last = useRef(props);
  last.current = props;
  const { columns, from, to, limits, zone, label } = props;
  useLayoutEffect(() => {
    if (!box.current || !width) return undefined;
    const made = new uPlot(optionsOf(() => last.current, width, setTold), dataOf(last.current.columns), box.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [width > 0, zone, theme]);
  useEffect(() => plot.current?.setSize({ width, height: HEIGHT }), [width]);
  useEffect(() => plot.current?.setData(dataOf(columns)), [columns, from, to, limits]);
  return html`<div class="chart" ref=${box} role="img" aria-label=${label}>
    <span class="chart-now" aria-hidden="true">${told}</span>
  </div>`;
}

/** @param {Columns} columns
 * @returns {uPlot.AlignedData} */
function dataOf({ at, low, mean, high }) {
  return [at, high, low, mean];
}

/** @param {() => ChartProps} now what is shown by then
 * @param {number} width
 * @param {(words: string) => void} tell
 * @returns {uPlot.Options} */
function optionsOf(now, width, tell) {
  const [text, muted, line, accent] = ["--text", "--muted", "--line", "--accent"].map(token);
  const faint = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: false };
  const axis = { stroke: muted, font: FONT, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
  return {
    width,
    height: HEIGHT,
    padding: [20, 8, 0, 0],
    legend: { show: false },
    tzDate: (stamp) => zoned(stamp, now().zone),
    scales: {
      x: { time: true, range: () => [now().from, now().to] },
      y: { range: () => spanOf(now().columns, now().limits.map(({ value }) => value)) },
    },
    axes: [
      { ...axis, grid: { show: false }, values: (_, marks) => axisWords(marks, now().to - now().from, now().zone) },
      { ...axis, size: 52, values: (_, marks) => marks.map((mark) => String(Number(mark.toFixed(2)))) },
    ],
    series: [{}, faint, faint, { stroke: text, width: 1.5, spanGaps: false, points: { show: false } }],
    bands: [{ series: [1, 2], fill: withAlpha(accent, BAND) }],
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 6, fill: accent } },
    hooks: {
      draw: [(plot) => drawLimits(plot, now().limits, muted)],
      setCursor: [(plot) => tell(wordsAt(plot, now()))],
    },
  };
}

/** @param {number} stamp epoch seconds
 * @param {string} zone */
function zoned(stamp, zone) {
  const date = new Date(stamp * 1000);
  try {
    return uPlot.tzDate(date, zone);
  } catch {
    return date; // a zone that this browser does not know
  }
}

/** Dashed lines with their words on them.
 * @param {uPlot} plot
 * @param {ChartProps["limits"]} limits
 * @param {string} colour */
function drawLimits({ ctx, bbox, valToPos }, limits, colour) {
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = ratio;
  ctx.font = FONT.replace("12px", `${12 * ratio}px`);
  ctx.textBaseline = "bottom";
  ctx.textAlign = "left";
  for (const { value, words } of limits) {
    const y = Math.round(valToPos(value, "y", true));
    ctx.setLineDash([6 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(words, bbox.left + 6 * ratio, y - 2 * ratio);
  }
  ctx.restore();
}

/** @param {uPlot} plot
 * @param {ChartProps} props
 * @returns {string} what is under the pointer; "" for nothing */
function wordsAt({ cursor, data }, { zone, say }) {
  const place = cursor.idx;
  const mean = place === null || place === undefined ? null : data[3][place];
  if (place === null || place === undefined || mean === null || mean === undefined) return "";
  const at = clock(new Date(data[0][place] * 1000).toISOString(), zone);
  const [low, high] = [Number(data[2][place]), Number(data[1][place])];
  const around = say(low) === say(high) ? "" : ` (${say(low)} – ${say(high)})`;
  return `${at}  ${say(mean)}${around}`;
}

/** @param {string} colour #rrggbb
 * @param {number} alpha */
function withAlpha(colour, alpha) {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0")}`;
}
