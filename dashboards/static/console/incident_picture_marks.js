/**
 * What lies on one lane of the picture: bars, outages and what is foreseen, and the steps of whoever came.
 */

import { html } from "/vendor/preact.js";
import { cssClass } from "/shared/lib/severity.js";
import { clock } from "/shared/lib/time.js";
import { laneFacts, momentWord } from "../words/lanes.js";

/** @typedef {import("../state/lane.js").Lane} Lane */
/** @typedef {import("../state/lane.js").Span} Span */
/** @typedef {import("../shapes.js").IncidentOutage} IncidentOutage */

/**
 * @typedef {object} Scale
 * @property {(at: number) => number} x  pixels from the left, never outside
 * @property {(key: string) => number} y  the middle of a lane
 * @property {number} end  where what stands ends: now, or the edge
 * @property {number} width
 * @property {string|null} zone
 */

export const BAR = 8;
const LEAST = 2;
const SPLIT = 5;
const HALF = 4;
const BESIDE = 12;

/** @param {{lane: Lane, incident: import("../shapes.js").Incident, scale: Scale}} props */
export function LaneMarks({ lane, incident, scale }) {
  const middle = scale.y(lane.key);
  const split = lane.spans.length > 0 && lane.outages.length > 0 ? SPLIT : 0;
  const { what, where, from, until } = laneFacts(lane, incident, scale.zone);
  return html`<g class="lane-marks">
    <title>${[what, where, from, until].filter(Boolean).join(" · ")}</title>
    ${lane.spans.map((span) => html`<${Bar} span=${span} y=${middle - split} scale=${scale} />`)}
    ${lane.outages.map((outage) => html`<${Outage} outage=${outage} y=${middle + split} scale=${scale} />`)}
    <${Moments} lane=${lane} y=${middle} scale=${scale} />
  </g>`;
}

/** Closed by a stroke where it was cleared, open where it stands.
 * @param {{span: Span, y: number, scale: Scale}} props */
function Bar({ span, y, scale }) {
  const x1 = scale.x(span.from);
  const x2 = Math.max(x1 + LEAST, scale.x(span.to ?? scale.end));
  const name = `${cssClass(span.severity)} bar-${span.look}`;
  return html`<g class=${name}>
    ${
      span.look === "chattering"
        ? html`<line class="swinging" x1=${x1} x2=${x2} y1=${y} y2=${y} />`
        : html`<rect class="span" x=${x1} y=${y - BAR / 2} width=${x2 - x1} height=${BAR} />`
    }
    ${
      span.to === null
        ? html`<path class="open-end" d=${`M${x2} ${y - BAR / 2}l${BAR / 2} ${BAR / 2}l${-BAR / 2} ${BAR / 2}z`} />`
        : html`<line class="closed-end" x1=${x2} x2=${x2} y1=${y - BAR} y2=${y + BAR} />`
    }
  </g>`;
}

/** Hatched while the site is down; before that a dot where it is foreseen, with the interval as a whisker.
 * @param {{outage: IncidentOutage, y: number, scale: Scale}} props */
function Outage({ outage, y, scale }) {
  const { started_at: started, ended_at: ended, site_down_at: expected } = outage;
  if (started) {
    const x1 = scale.x(Date.parse(started));
    const x2 = Math.max(x1 + LEAST, scale.x(ended ? Date.parse(ended) : scale.end));
    return html`<rect class="outage" x=${x1} y=${y - BAR / 2} width=${x2 - x1} height=${BAR} fill="url(#hatch)" />`;
  }
  if (!expected || ended) return null;
  const at = scale.x(Date.parse(expected));
  const first = scale.x(Date.parse(outage.site_down_earliest ?? expected));
  const last = scale.x(Date.parse(outage.site_down_latest ?? expected));
  const beyond = first >= scale.width;
  return html`<g class="foreseen">
    <path d=${`M${first} ${y - BAR / 2}v${BAR}M${first} ${y}H${last}M${last} ${y - BAR / 2}v${BAR}`} />
    ${!beyond && html`<circle cx=${at} cy=${y} r="3.5" />`}
    ${
      beyond &&
      html`<text class="foreseen-time" x=${scale.width - HALF} y=${y + HALF} text-anchor="end">${clock(expected, scale.zone)} →</text>`
    }
  </g>`;
}

/** What somebody did, each step with its own shape.
 * @param {{lane: Lane, y: number, scale: Scale}} props */
function Moments({ lane, y, scale }) {
  const { moments } = lane;
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last) return null;
  const word = lane.kind === "order" && lane.name ? momentWord(lane.kind, last.kind) : "";
  const x = scale.x(last.at);
  const before = x > scale.width * 0.8;
  return html`<g class="moments">
    <line x1=${scale.x(first.at)} x2=${x} y1=${y} y2=${y} />
    ${moments.map((one) => html`<${Step} kind=${one.kind} x=${scale.x(one.at)} y=${y} />`)}
    ${
      word &&
      x < scale.width &&
      html`<text x=${before ? x - BESIDE : x + BESIDE} y=${y + HALF} text-anchor=${before ? "end" : "start"}>${word}</text>`
    }
  </g>`;
}

/** @param {{kind: string, x: number, y: number}} props */
function Step({ kind, x, y }) {
  if (kind === "en_route") return html`<path class="step-done" d=${`M${x - 4} ${y - 5}l8 5l-8 5z`} />`;
  if (kind === "on_site") return html`<rect class="step-done" x=${x - 4} y=${y - 4} width="8" height="8" />`;
  if (kind === "done" || kind === "resolved") return html`<path class="step-line" d=${`M${x - 5} ${y}l4 4l6 -8`} />`;
  if (["failed", "declined", "expired", "withdrawn", "cancelled"].includes(kind)) {
    return html`<path class="step-line" d=${`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} />`;
  }
  return html`<circle class=${kind === "offered" || kind === "opened" ? "step-open" : "step-done"} cx=${x} cy=${y} r="4" />`;
}
