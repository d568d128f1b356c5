/**
 * One incident as one line of the alarm list: how many alarms it explains, and how many of them nobody has seen.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Mark, Time } from "../parts/marks.js";
import { isCrying } from "../state/alarms.js";
import { searchOf } from "../state/route.js";
import { alarmType } from "../words/catalogue.js";
import { SiteName } from "./alarm_row.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

/**
 * @param {object} props
 * @param {import("../state/alarms.js").AlarmGroup} props.group
 * @param {import("../shapes.js").Incident} [props.incident]
 * @param {import("./alarm_columns.js").Column[]} props.columns
 * @param {number} props.index
 * @param {boolean} props.here
 * @param {boolean} props.selected
 * @param {number} props.now
 * @param {(event: MouseEvent) => void} props.onPick
 * @param {(event: MouseEvent) => void} props.onToggle
 * @param {() => void} props.onOpen
 */
export function GroupRow({ group, incident, columns, index, here, selected, now, onPick, onToggle, onOpen }) {
  const first = /** @type {Alarm} */ (group.alarms[0]);
  const root = group.alarms.find((alarm) => alarm.id === incident?.root.alarm) ?? first;
  const sites = new Set(group.alarms.map((alarm) => alarm.site)).size;
  const unseen = group.alarms.filter((alarm) => !alarm.acknowledged_at).length;
  const crying = group.alarms.some((alarm) => isCrying(alarm, now));
  /** @type {Record<string, () => unknown>} */
  const cells = {
    severity: () => html`<${Mark} severity=${first.severity} quiet=${!unseen} beat=${crying} />`,
    since: () => html`<${Time} at=${incident?.opened_at ?? root.raised_at} zone=${root.time_zone} />`,
    site: () => html`<${SiteName} id=${root.site} name=${root.site_name} other=${root} />`,
    region: () => root.region,
    resource: () => (sites > 1 ? t("sites_n", { n: sites }) : root.resource),
    alarm: () => alarmType(incident?.root.alarm_type ?? root.alarm_type),
    count: () => group.alarms.length,
    state: () => (unseen ? t("unseen_n", { n: unseen }) : t("alarm.all_seen")),
    incident: () => html`<a href=${searchOf({ view: "incidents", id: group.id })} tabindex="-1">${group.id}</a>`,
  };
  return html`<div
    class=${`row alarm-row row-group${here ? " row-here" : ""}${selected ? " row-selected" : ""}`}
    role="row"
    id=${`alarm-${group.id}`}
    aria-rowindex=${index + 2}
    aria-selected=${selected}
    onClick=${onPick}
    onDblClick=${onOpen}
  >
    <span role="gridcell" class="cell cell-selected" onClick=${onToggle}>
      <i class="tick" aria-hidden="true">${selected ? "✓" : ""}</i>
    </span>
    ${columns.map(
      ({ name }) => html`<span key=${name} role="gridcell" class=${`cell cell-${name}`}>${cells[name]?.()}</span>`,
    )}
  </div>`;
}
