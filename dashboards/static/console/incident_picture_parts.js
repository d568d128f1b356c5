/**
 * What stands around the lanes: the time above, their names beside them, and the same facts as a table.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Mark } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { scaleOf } from "../state/time_axis.js";
import { worstOf } from "../state/tree_rows.js";
import { laneFacts } from "../words/lanes.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../state/lane.js").Lane} Lane */
/** @typedef {import("../state/time_axis.js").Stretch} Stretch */

const NOW_WIDTH = 44;
const COLUMNS = ["what", "site", "from", "until", "facts"];

/** @param {{stretch: Stretch, ticks: {at: number, label: string}[], width: number, now: number|null, zone: string|null}} props */
export function Axis({ stretch, ticks, width, now, zone }) {
  const x = scaleOf(stretch, width);
  const clear = ticks.filter(({ at }) => now === null || Math.abs(x(at) - x(now)) > NOW_WIDTH);
  return html`<div class="axis" aria-hidden="true">
    <span class="axis-zone">${zone ?? ""}</span>
    <div class="axis-ticks">
      ${clear.map(({ at, label }) => html`<span key=${at} class="axis-tick" style=${{ left: `${x(at)}px` }}>${label}</span>`)}
      ${
        now !== null &&
        now > stretch.from &&
        now < stretch.to &&
        html`<span class="axis-tick axis-now" style=${{ left: `${x(now)}px` }}>${t("picture.now")}</span>`
      }
    </div>
  </div>`;
}

/** @param {{lanes: Lane[], incident: Incident, here: string, onPoint: (key: string) => void}} props */
export function LaneNames({ lanes, incident, here, onPoint }) {
  return html`<div class="lane-names" aria-hidden="true">
    ${lanes.map((lane, n) => {
      const { what, where } = laneFacts(lane, incident, null);
      const again = n > 0 && lane.site !== "" && lanes[n - 1]?.site === lane.site;
      return html`<div
        key=${lane.key}
        class=${`lane-name${lane.key === here ? " lane-here" : ""}${lane.root ? " lane-root" : ""}`}
        title=${`${what} ${where}`}
        onClick=${() => onPoint(lane.key)}
      >
        <${LaneMark} lane=${lane} incident=${incident} />
        <span class="lane-what">${what}</span>
        ${where && !again && html`<span class="muted">${where}</span>`}
      </div>`;
    })}
  </div>`;
}

/** @param {{lane: Lane, incident: Incident}} props */
function LaneMark({ lane, incident }) {
  if (lane.kind === "inferred") return html`<${Mark} severity=${incident.severity} only />`;
  if (lane.alarms.length) return html`<${Mark} severity=${worstOf(lane.alarms)} only />`;
  return html`<span class="severity muted">${lane.outages.length ? "▨" : "→"}</span>`;
}

/** The same facts in words, for who cannot see the picture, or wants to copy them.
 * @param {{lanes: Lane[], incident: Incident, zone: string|null}} props */
export function PictureTable({ lanes, incident, zone }) {
  const [open, setOpen] = useState(false);
  /** @param {Event} event */
  const toggle = (event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`<details class="picture-table" onToggle=${toggle}>
    <summary>${t("picture.as_table")}</summary>
    ${
      open &&
      html`<div class="table-box" tabindex="0" role="region" aria-label=${t("picture.as_table")}>
        <table class="table">
          <${TableHead} columns=${COLUMNS} />
          <tbody>
            ${lanes.map((lane) => {
              const { what, where, from, until, words } = laneFacts(lane, incident, zone);
              return html`<tr key=${lane.key}>
                <th scope="row">${what}</th>
                <td>${where}</td>
                <td>${from}</td>
                <td>${until}</td>
                <td class="cell-explanation">${words}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>`
    }
  </details>`;
}
