/**
 * The columns of the alarm list: what each shows, how wide it is, which of them this person wants.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, full } from "/shared/lib/time.js";
import { Dialog } from "../parts/dialog.js";
import { Mark, Time } from "../parts/marks.js";
import { isCrying, isShelved } from "../state/alarms.js";
import { keep, kept } from "../state/kept.js";
import { searchOf } from "../state/route.js";
import { lifeSigns } from "../state/signs.js";
import { silencedBy } from "../state/silences.js";
import { alarmType, qualifierOf, resourceOf, silencedText } from "../words/catalogue.js";
import { SiteName } from "./alarm_row.js";
import { Signs } from "./incident_signs.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

/**
 * @typedef {object} Around  what a cell must know besides its alarm
 * @property {number} now
 * @property {boolean} quiet  the words of the row are muted
 * @property {number} symptoms  for how many silent ones it speaks
 * @property {{tenants: string[], site_class: string}|undefined} site
 *
 * @typedef {object} Column
 * @property {string} name
 * @property {string} width  as in grid-template-columns
 * @property {boolean} [optional]  left out until it is chosen
 * @property {boolean} [unordered]  the list cannot be ordered by it
 * @property {(alarm: Alarm, around: Around) => unknown} cell
 */

const KEY = "guywire.alarm_columns";

/** @type {Column[]} */
export const COLUMNS = [
  { name: "severity", width: "112px", cell: (alarm, { now, quiet }) => severityCell(alarm, now, quiet) },
  { name: "since", width: "84px", cell: (alarm) => html`<${Time} at=${alarm.raised_at} zone=${alarm.time_zone} />` },
  {
    name: "site",
    width: "minmax(170px, 1.4fr)",
    cell: (alarm) => html`<${SiteName} id=${alarm.site} name=${alarm.site_name} other=${alarm} />`,
  },
  { name: "region", width: "minmax(110px, 0.9fr)", optional: true, cell: (alarm) => alarm.region ?? "" },
  { name: "class", width: "40px", optional: true, unordered: true, cell: (_, { site }) => site?.site_class ?? "" },
  {
    name: "tenants",
    width: "minmax(110px, 0.8fr)",
    optional: true,
    unordered: true,
    cell: (_, { site }) => (site?.tenants ?? []).join(t("comma")),
  },
  { name: "resource", width: "minmax(100px, 0.8fr)", cell: (alarm) => resourceOf(alarm) },
  { name: "alarm", width: "minmax(250px, 2.2fr)", cell: (alarm, { symptoms }) => alarmCell(alarm, symptoms) },
  { name: "count", width: "48px", cell: (alarm) => (alarm.count > 1 ? `×${alarm.count}` : "") },
  { name: "state", width: "minmax(150px, 1fr)", cell: (alarm, { now }) => html`<${AlarmState} alarm=${alarm} now=${now} />` },
  { name: "incident", width: "72px", cell: (alarm) => incidentCell(alarm) },
];

/** What a phone shows, in two lines: its style sheet knows their places. */
const FOR_PHONES = COLUMNS.filter((column) => !column.optional);
const ALWAYS = ["severity", "alarm"];

/** @param {boolean} narrow
 * @returns {{columns: Column[], template: string, chosen: string[], choose: (names: string[]) => void}} */
export function useColumns(narrow) {
  const [chosen, setChosen] = useState(/** @type {string[]} */ (usable(kept(KEY))));
  const columns = narrow ? FOR_PHONES : COLUMNS.filter(({ name }) => chosen.includes(name));
  const choose = (/** @type {string[]} */ names) => {
    keep(KEY, names);
    setChosen(names);
  };
  return { columns, template: ["20px", ...columns.map(({ width }) => width)].join(" "), chosen, choose };
}

/** @param {unknown} names as they were kept, by whatever version
 * @returns {string[]} */
function usable(names) {
  const usual = FOR_PHONES.map(({ name }) => name);
  if (!Array.isArray(names)) return usual;
  return COLUMNS.map(({ name }) => name).filter((name) => names.includes(name) || ALWAYS.includes(name));
}

/** @param {{chosen: string[], choose: (names: string[]) => void, onClose: () => void}} props */
export function ColumnsDialog({ chosen, choose, onClose }) {
  /** @param {string} name */
  const toggle = (name) => choose(usable(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]));
  return html`<${Dialog} title=${t("columns")} onClose=${onClose}>
    <div class="form">
      ${COLUMNS.map(
        ({ name }) =>
          html`<label class="check">
            <input
              type="checkbox"
              checked=${chosen.includes(name)}
              disabled=${ALWAYS.includes(name)}
              onChange=${() => toggle(name)}
            />
            ${t(`column.${name}`)}
          </label>`,
      )}
      <div class="form-actions"><button class="button button-primary" onClick=${onClose}>${t("close")}</button></div>
    </div>
  <//>`;
}

/** @param {Alarm} alarm
 * @param {number} now
 * @param {boolean} quiet */
function severityCell(alarm, now, quiet) {
  const severity = alarm.state === "cleared" ? "cleared" : alarm.severity;
  return html`<${Mark} severity=${severity} quiet=${quiet} beat=${isCrying(alarm, now)} />`;
}

/** @param {Alarm} alarm
 * @param {number} symptoms */
function alarmCell(alarm, symptoms) {
  return html`${alarmType(alarm.alarm_type)}${" "}<${Signs} alarm=${alarm} signs=${lifeSigns(alarm)} />
    ${alarm.qualifier && html`<span class="muted">${qualifierOf(alarm)}</span> `}
    ${symptoms > 0 && html`<a href=${symptomsOf(alarm)} tabindex="-1">${t("silent.symptom_n", { n: symptoms })}</a>`}`;
}

/** @param {Alarm} alarm */
function incidentCell({ incident }) {
  return incident && html`<a href=${searchOf({ view: "incidents", id: incident })} tabindex="-1">${incident}</a>`;
}

/** @param {Alarm} alarm */
function symptomsOf({ id }) {
  return searchOf({ view: "alarms", text: silencedText(`symptom:${id}`), silent: true });
}

/** @param {{alarm: Alarm, now: number}} props */
function AlarmState({ alarm, now }) {
  return html`<span title=${stateTitle(alarm, now)}>${stateWords(alarm, now)}</span>`;
}

/** How an alarm stands, in words.
 * @param {Alarm} alarm
 * @param {number} now
 * @returns {string} */
export function stateWords(alarm, now) {
  const zone = alarm.time_zone;
  if (alarm.state === "cleared") return t("alarm.cleared_at", { time: clock(alarm.cleared_at, zone) });
  if (isShelved(alarm, now)) return `‖ ${t("alarm.shelved_until", { time: clock(alarm.shelved_until, zone) })}`;
  const silent = silencedBy(alarm);
  if (silent) return `‖ ${silentWords(silent, alarm)}`;
  if (alarm.acknowledged_at) return t("alarm.acknowledged_by", { who: alarm.acknowledged_by });
  return t("alarm.new");
}

/** When that was, and by whom.
 * @param {Alarm} alarm
 * @param {number} now */
function stateTitle(alarm, now) {
  if (alarm.state === "cleared") return full(alarm.cleared_at, alarm.time_zone);
  const seen = alarm.acknowledged_at && `${full(alarm.acknowledged_at, alarm.time_zone)} ${alarm.acknowledged_by}`;
  const shelved = isShelved(alarm, now) && `${full(alarm.shelved_until, alarm.time_zone)} ${alarm.shelved_by}`;
  return [shelved, seen, t("alarm.why_hint")].filter(Boolean).join("\n");
}

/** @param {{why: string, id: string}} silent
 * @param {Alarm} alarm */
function silentWords({ why, id }, { silenced_until, time_zone, closed_by: who }) {
  const until = why === "maintenance" || why === "shelf" ? silenced_until : null;
  return until ? t(`silent.by_${why}_until`, { id, time: clock(until, time_zone) }) : t(`silent.by_${why}`, { id, who });
}
