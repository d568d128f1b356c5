/**
 * One line of the alarm list, and the line of its headings.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, full } from "/shared/lib/time.js";
import { Mark, Time } from "../parts/marks.js";
import { isCrying, isShelved, senderIsUnknown } from "../state/alarms.js";
import { searchOf } from "../state/route.js";
import { lifeSigns } from "../state/signs.js";
import { silencedBy } from "../state/silences.js";
import { alarmType, qualifierOf, resourceOf, silencedText } from "../words/catalogue.js";
import { Signs } from "./incident_signs.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

const COLUMNS = ["selected", "severity", "since", "site", "resource", "alarm", "count", "state", "incident"];
const COLUMN_COUNT = COLUMNS.length;

export { COLUMN_COUNT };

export function AlarmHead() {
  return html`<div class="row row-head alarm-row" role="row" aria-rowindex="1">
    ${COLUMNS.map(
      (name) =>
        html`<span role="columnheader" class=${`cell cell-${name}`}>
          <span class=${name === "selected" ? "visually-hidden" : ""}>${t(`column.${name}`)}</span>
        </span>`,
    )}
  </div>`;
}

/**
 * @param {object} props
 * @param {Alarm} props.alarm
 * @param {number} props.symptoms  for how many silent ones it speaks
 * @param {number} props.index
 * @param {boolean} props.here  the cursor is on it
 * @param {boolean} props.selected
 * @param {number} props.now
 * @param {(event: MouseEvent) => void} props.onPick
 * @param {() => void} props.onToggle
 * @param {() => void} props.onOpen
 */
export function AlarmRow({ alarm, symptoms, index, here, selected, now, onPick, onToggle, onOpen }) {
  const crying = isCrying(alarm, now);
  const heeded = Boolean(alarm.acknowledged_at) || silencedBy(alarm) !== null || isShelved(alarm, now);
  const quiet = alarm.state === "cleared" || heeded;
  const severity = alarm.state === "cleared" ? "cleared" : alarm.severity;
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
    <span role="gridcell" class="cell"><${Mark} severity=${severity} quiet=${quiet} beat=${crying} /></span>
    <span role="gridcell" class="cell"><${Time} at=${alarm.raised_at} zone=${alarm.time_zone} /></span>
    <span role="gridcell" class="cell">
      <${SiteName} id=${alarm.site} name=${alarm.site_name} other=${alarm} />
    </span>
    <span role="gridcell" class="cell">${resourceOf(alarm)}</span>
    <span role="gridcell" class="cell cell-alarm" title=${alarm.text}>
      ${alarmType(alarm.alarm_type)}${" "}<${Signs} alarm=${alarm} signs=${lifeSigns(alarm)} />
      ${alarm.qualifier && html`<span class="muted">${qualifierOf(alarm)}</span> `}
      ${symptoms > 0 && html`<a href=${symptomsOf(alarm)} tabindex="-1">${t("silent.symptom_n", { n: symptoms })}</a>`}
    </span>
    <span role="gridcell" class="cell cell-count">${alarm.count > 1 ? `×${alarm.count}` : ""}</span>
    <span role="gridcell" class="cell"><${AlarmState} alarm=${alarm} now=${now} /></span>
    <span role="gridcell" class="cell">
      ${alarm.incident && html`<a href=${searchOf({ view: "incidents", id: alarm.incident })} tabindex="-1">${alarm.incident}</a>`}
    </span>
  </div>`;
}

/** @param {Alarm} alarm */
function symptomsOf({ id }) {
  return searchOf({ view: "alarms", text: silencedText(`symptom:${id}`), silent: true });
}

/** A site by name with its id; where there is none, that the sender is not identified, or that it is of no site.
 * @param {{id: string|null, name: string|null, other: Alarm}} props */
export function SiteName({ id, name, other }) {
  if (!id && senderIsUnknown(other))
    return html`<span class="muted">${t("unidentified")} ${other.source}</span>`;
  if (!id) return html`<span class="muted">${t("no_site")}</span>`;
  return html`${name ?? id} ${name && html`<span class="muted">${id}</span>`}`;
}

/** @param {{alarm: Alarm, now: number}} props */
function AlarmState({ alarm, now }) {
  if (alarm.state === "cleared") {
    const time = clock(alarm.cleared_at, alarm.time_zone);
    return html`<span title=${full(alarm.cleared_at, alarm.time_zone)}>${t("alarm.cleared_at", { time })}</span>`;
  }
  if (isShelved(alarm, now))
    return html`<span>‖ ${t("alarm.shelved_until", { time: clock(alarm.shelved_until, alarm.time_zone) })}</span>`;
  const silent = silencedBy(alarm);
  if (silent) return html`<span>‖ ${silentWords(silent, alarm)}</span>`;
  if (alarm.acknowledged_at) {
    const title = full(alarm.acknowledged_at, alarm.time_zone);
    return html`<span title=${title}>${t("alarm.acknowledged_by", { who: alarm.acknowledged_by })}</span>`;
  }
  return html`<span>${t("alarm.new")}</span>`;
}

/** @param {{why: string, id: string}} silent
 * @param {Alarm} alarm */
function silentWords({ why, id }, { silenced_until, time_zone, closed_by: who }) {
  const until = why === "maintenance" || why === "shelf" ? silenced_until : null;
  return until ? t(`silent.by_${why}_until`, { id, time: clock(until, time_zone) }) : t(`silent.by_${why}`, { id, who });
}
