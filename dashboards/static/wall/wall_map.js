/**
 * The wall's map: every site as a dot, what is down or runs out as the shapes of the figures, and the cities by name.
 */

import { html, useLayoutEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useFetched } from "../parts/use_fetched.js";
import { token } from "../parts/sheet_layer.js";
import { FINE } from "../state/map_dots.js";
import { paintDots, rgbOf, stampOf } from "../state/map_pixels.js";
import { projectAll, shiftTo } from "../state/map_world.js";
import { SiteTable } from "../state/site_table.js";
import { DOWN, lookAtAll, partsOf, RUNNING_OUT, wallDots, wallLabels } from "../state/wall_map.js";

/** @typedef {import("../state/wall_map.js").Part} Part */
/** @typedef {{width: number, height: number, rem: number}} Size  in pixels */

const AGAIN_MS = 60_000;
const MARGIN = 1.5; // rem, as all sizes of the wall
const RADII = { down: 0.62, running_out: 0.56, fine: 0.13 };
const FAINT = 0.6;
const NAMED = 12; // more have no room in the wall's size

/** @param {{sites: import("../state/wall_map.js").WallSites}} props */
export function WallMap({ sites }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const sheet = useRef(/** @type {HTMLCanvasElement|null} */ (null));
  const { data } = useFetched("/api/v1/map/sites", { everyMs: AGAIN_MS, kept: true });
  const size = useSize(box);
  const [table, points] = useMemo(() => {
    const made = new SiteTable(data ?? undefined);
    return /** @type {const} */ ([made, projectAll(made.columns.latitudes, made.columns.longitudes, shiftTo("wgs84"))]);
  }, [data]);
  const dots = useMemo(() => wallDots(table, points, sites), [table, sites]);
  const parts = useMemo(() => partsOf(table, points, dots.levels), [dots]);
  const look = useMemo(() => lookAtAll(points, size, MARGIN * size.rem), [points, size]);
  useLayoutEffect(() => {
    if (sheet.current && table.size) paint(sheet.current, dots, look, size);
  }, [dots, size]);
  const labels = useMemo(
    () => (size.width ? wallLabels(parts.slice(0, NAMED), dots, look, (part) => sizeOf(part, size.rem), size) : []),
    [parts, look],
  );
  return html`<section class="wall-map" ref=${box} aria-label=${t("wall.map")}>
    <canvas ref=${sheet} class="wall-sheet" role="img" aria-label=${t("wall.map.of", { n: table.size })}></canvas>
    <ol aria-label=${t("wall.places")}>
      ${labels.map(
        ({ part, box: { left, top } }) =>
          html`<li key=${part.path} class="wall-city" style=${{ left: `${left}px`, top: `${top}px` }}>
            <span class=${part.down || part.running_out ? "" : "wall-quiet"}>${part.name}</span>
            ${part.down > 0 && html` <span class="word-critical">◆${part.down}</span>`}
            ${part.running_out > 0 && html` <span class="word-major">▲${part.running_out}</span>`}
          </li>`,
      )}
    </ol>
  </section>`;
}

/** How large a box is, and the wall's unit in it.
 * @param {{current: HTMLElement|null}} box
 * @returns {Size} */
function useSize(box) {
  const [size, setSize] = useState({ width: 0, height: 0, rem: 16 });
  useLayoutEffect(() => {
    if (!box.current) return undefined;
    const { current } = box;
    const measure = () =>
      setSize({ width: current.clientWidth, height: current.clientHeight, rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) });
    const watch = new ResizeObserver(measure);
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return size;
}

/** @type {CanvasRenderingContext2D|null} */
let ruler = null;

/** How much room a city's words take.
 * @param {Part} part
 * @param {number} rem */
function sizeOf({ name, down, running_out }, rem) {
  const style = getComputedStyle(document.documentElement);
  const inRems = (/** @type {string} */ name_) => Number.parseFloat(style.getPropertyValue(name_)) * rem;
  ruler ??= document.createElement("canvas").getContext("2d");
  const words = [name, down && `◆${down}`, running_out && `▲${running_out}`].filter(Boolean).join(" ");
  if (!ruler) return { width: 0, height: 0 };
  ruler.font = `${inRems("--wall-size")}px ${token("--sans")}`;
  return { width: ruler.measureText(words).width + rem, height: inRems("--wall-line") };
}

/** @param {HTMLCanvasElement} canvas
 * @param {ReturnType<typeof wallDots>} dots
 * @param {import("../state/map_pixels.js").Look} look
 * @param {Size} size */
function paint(canvas, dots, look, { width, height, rem }) {
  const ratio = devicePixelRatio;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const finer = { scale: look.scale * ratio, left: look.left * ratio, top: look.top * ratio };
  const unit = rem * ratio;
  const edge = rgbOf(token("--ground"));
  /** @type {import("../state/map_pixels.js").Stamp[]} */
  const stamps = [];
  stamps[DOWN] = stampOf("diamond", RADII.down * unit, rgbOf(token("--critical")), edge);
  stamps[RUNNING_OUT] = stampOf("triangle", RADII.running_out * unit, rgbOf(token("--major")), edge);
  stamps[FINE] = stampOf("disc", RADII.fine * unit, rgbOf(token("--muted")), null, FAINT);
  paintDots({ pixels, width: canvas.width, height: canvas.height }, finer, dots, stamps);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
