/**
 * One line of the alarm list, and the line of its headings, by which the list is ordered.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { isShelved, senderIsUnknown } from "../state/alarms.js";
import { silencedBy } from "../state/silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./alarm_columns.js").Column} Column */

/** @param {{columns: Column[], sort: string, onSort: (column: string) => void}} props */
export function AlarmHead({ columns, sort, onSort }) {
  return html`<div class="row row-head alarm-row" role="row" aria-rowindex="1">
    <span role="columnheader" class="cell"><span class="visually-hidden">${t("column.selected")}</span></span>
    ${columns.map((column) => html`<${Heading} column=${column} sort=${sort} onSort=${onSort} />`)}
  </div>`;
}

/** @param {{column: Column, sort: string, onSort: (column: string) => void}} props */
function Heading({ column: { name, unordered }, sort, onSort }) {
  const back = sort === `-${name}`;
  const by = back || (sort || "severity") === name;
  if (unordered) return html`<span role="columnheader" class=${`cell cell-${name}`}>${t(`column.${name}`)}</span>`;
  return html`<span
    role="columnheader"
    class=${`cell cell-${name}`}
    aria-sort=${by ? (back ? "descending" : "ascending") : undefined}
  >
    <button class="heading" tabindex="-1" title=${t("sort.by", { column: t(`column.${name}`) })} onClick=${() => onSort(name)}>
      ${t(`column.${name}`)}${by && html` <span aria-hidden="true">${back ? "▴" : "▾"}</span>`}
    </button>
  </span>`;
}

/**
 * @param {object} props
 * @param {Alarm} props.alarm
 * @param {number} props.symptoms  for how many silent ones it speaks
 * @param {{tenants: string[], site_class: string}} [props.site]
 * @param {Column[]} props.columns
 * @param {number} props.index
 * @param {boolean} props.here  the cursor is on it
 * @param {boolean} props.selected
 * @param {number} props.now
 * @param {(event: MouseEvent) => void} props.onPick
 * @param {(event: MouseEvent) => void} props.onToggle
 * @param {() => void} props.onOpen
 */
export function AlarmRow({ alarm, symptoms, site, columns, index, here, selected, now, onPick, onToggle, onOpen }) {
  const heeded = Boolean(alarm.acknowledged_at) || silencedBy(alarm) !== null || isShelved(alarm, now);
  const quiet = alarm.state === "cleared" || heeded;
  const around = { now, quiet, symptoms, site };
  return html`<div
    class=${`row alarm-row${here ? " row-here" : ""}${selected ? " row-selected" : ""}${quiet ? " row-quiet" : ""}`}
    role="row"
    id=${`alarm-${alarm.id}`}
    aria-rowindex=${index + 2}
    aria-selected=${selected}
    onClick=${onPick}
    onDblClick=${onOpen}
  >
    <span role="gridcell" class="cell cell-selected" onClick=${onToggle}>
      <i class="tick" aria-hidden="true">${selected ? "✓" : ""}</i>
    </span>
    ${columns.map(
      ({ name, cell }) =>
        html`<span key=${name} role="gridcell" class=${`cell cell-${name}`} title=${name === "alarm" ? alarm.text : undefined}>
          ${cell(alarm, around)}
        </span>`,
    )}
  </div>`;
}

/** A site by name with its id; where there is none, that the sender is not identified, or that it is of no site.
 * @param {{id: string|null, name: string|null, other: Alarm}} props */
export function SiteName({ id, name, other }) {
  if (!id && senderIsUnknown(other)) return html`<span class="muted">${t("unidentified")} ${other.source}</span>`;
  if (!id) return html`<span class="muted">${t("no_site")}</span>`;
  return html`${name ?? id} ${name && html`<span class="muted">${id}</span>`}`;
}
