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
 * @param {number} props.index
 * @param {boolean} props.here
 * @param {boolean} props.selected
 * @param {number} props.now
 * @param {(event: MouseEvent) => void} props.onPick
 * @param {() => void} props.onToggle
 * @param {() => void} props.onOpen
 */
export function GroupRow({ group, incident, index, here, selected, now, onPick, onToggle, onOpen }) {
  const first = /** @type {Alarm} */ (group.alarms[0]);
  const root = group.alarms.find((alarm) => alarm.id === incident?.root.alarm) ?? first;
  const sites = new Set(group.alarms.map((alarm) => alarm.site)).size;
  const unseen = group.alarms.filter((alarm) => !alarm.acknowledged_at).length;
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
    <span role="gridcell" class="cell">
      <${Mark} severity=${first.severity} quiet=${!unseen} beat=${group.alarms.some((alarm) => isCrying(alarm, now))} />
    </span>
    <span role="gridcell" class="cell">
      <${Time} at=${incident?.opened_at ?? root.raised_at} zone=${root.time_zone} />
    </span>
    <span role="gridcell" class="cell">
      <${SiteName} id=${root.site} name=${root.site_name} other=${root} />
    </span>
    <span role="gridcell" class="cell">${sites > 1 ? t("sites_n", { n: sites }) : root.resource}</span>
    <span role="gridcell" class="cell">${alarmType(incident?.root.alarm_type ?? root.alarm_type)}</span>
    <span role="gridcell" class="cell cell-count">${group.alarms.length}</span>
    <span role="gridcell" class="cell">${unseen ? t("unseen_n", { n: unseen }) : t("alarm.all_seen")}</span>
    <span role="gridcell" class="cell">
      <a href=${searchOf({ view: "incidents", id: group.id })} tabindex="-1">${group.id}</a>
    </span>
  </div>`;
}
