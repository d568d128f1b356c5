/**
 * The lanes drawn over their ground, with the moments of the axis and the arrows from cause to effect.
 */

import { html, useRef } from "/vendor/preact.js";
import { scaleOf } from "../state/time_axis.js";
import { BAR, LaneMarks } from "./incident_picture_marks.js";

/** @typedef {import("../state/picture.js").Link} Link */
/** @typedef {import("./incident_picture_marks.js").Scale} Scale */

const HEAD = 4;
const STEM = 7;
const NEAR = 12;

/**
 * @param {object} props
 * @param {import("../state/picture.js").Picture} props.picture
 * @param {import("../state/time_axis.js").Stretch} props.stretch
 * @param {{at: number}[]} props.ticks
 * @param {number} props.width
 * @param {number} props.laneHeight
 * @param {string} props.here
 * @param {number|null} props.now
 * @param {import("../shapes.js").Incident} props.incident
 * @param {string|null} props.zone
 * @param {(key: string) => void} props.onPoint
 * @param {(share: number) => void} props.onMove
 */
export function PictureLanes({ picture, stretch, ticks, width, laneHeight, here, now, incident, zone, onPoint, onMove }) {
  const { lanes, links } = picture;
  const height = lanes.length * laneHeight;
  const places = new Map(lanes.map((lane, n) => [lane.key, (n + 0.5) * laneHeight]));
  const raw = scaleOf(stretch, width);
  /** @type {Scale} */
  const scale = {
    x: (at) => Math.max(-BAR, Math.min(width + BAR, raw(at))),
    y: (key) => places.get(key) ?? 0,
    end: now ?? stretch.to,
    width,
    zone,
  };
  const drag = useDrag(width, onMove);
  return html`<svg class="lanes" width=${width} height=${height} aria-hidden="true" ...${drag}>
    <defs>
      <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="hatch" x1="0" y1="0" x2="0" y2="5" />
      </pattern>
    </defs>
    ${lanes.map(
      (lane, n) =>
        html`<rect
          key=${lane.key}
          class=${`lane-ground${lane.key === here ? " lane-here" : ""}`}
          x="0"
          y=${n * laneHeight}
          width=${width}
          height=${laneHeight}
          onClick=${() => onPoint(lane.key)}
        />`,
    )}
    ${ticks.map(({ at }) => html`<line class="grid" x1=${raw(at)} x2=${raw(at)} y1="0" y2=${height} />`)}
    ${now !== null && html`<line class="now" x1=${scale.x(now)} x2=${scale.x(now)} y1="0" y2=${height} />`}
    ${links.map((link) => html`<${Arrow} key=${link.to} link=${link} scale=${scale} here=${link.to === here || link.from === here} />`)}
    ${lanes.map((lane) => html`<${LaneMarks} key=${lane.key} lane=${lane} incident=${incident} scale=${scale} />`)}
  </svg>`;
}

/** Dragging sideways moves the time.
 * @param {number} width
 * @param {(share: number) => void} onMove */
function useDrag(width, onMove) {
  const from = useRef(/** @type {number|null} */ (null));
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      from.current = event.clientX;
    },
    onPointerUp: (/** @type {PointerEvent} */ event) => {
      const moved = from.current === null ? 0 : event.clientX - from.current;
      from.current = null;
      if (Math.abs(moved) > NEAR && width > 0) onMove(-moved / width);
    },
  };
}

/** Out of the beginning of the cause, along its own time, to the beginning of the effect: the way to the right is the
 * delay. Where the effect came first its bar is there already, and is met from above or below.
 * @param {{link: Link, scale: Scale, here: boolean}} props */
function Arrow({ link, scale, here }) {
  const [x1, x2] = [scale.x(link.began), scale.x(link.at)];
  const [y1, y2] = [scale.y(link.from), scale.y(link.to)];
  const [trunk, down] = [x1 - STEM, Math.sign(y2 - y1) || 1];
  const first = x2 < trunk + HEAD;
  const tip = y2 - (down * BAR) / 2;
  const name = `link${here ? " link-here" : ""}`;
  const line = first ? `V${tip - down * HEAD}` : `V${y2}H${x2 - HEAD}`;
  const head = first
    ? `M${trunk} ${tip}l${-HEAD} ${-down * HEAD}h${2 * HEAD}z`
    : `M${x2} ${y2}l${-HEAD} ${-HEAD}v${2 * HEAD}z`;
  return html`<path class=${name} d=${`M${x1} ${y1}H${trunk}${line}`} />
    <path class=${`${name} link-head`} d=${head} />`;
}
