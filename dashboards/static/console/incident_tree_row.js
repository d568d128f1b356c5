/**
 * One row of the tree of causes: what it is, where, why it stands there, and since when.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Mark, Time } from "../parts/marks.js";
import { worstOf } from "../state/tree_rows.js";
import { alarmType, resourceName, resourceOf } from "../words/catalogue.js";
import { foldWords, reasonWords } from "../words/reasons.js";
import { SiteName } from "./alarm_row.js";
import { Signs } from "./incident_signs.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../state/tree_rows.js").Row} Row */

/**
 * @param {object} props
 * @param {Row} props.row
 * @param {string} props.id
 * @param {boolean} props.here
 * @param {Incident} props.incident
 * @param {number} props.height
 * @param {() => void} props.onChoose
 * @param {() => void} props.onToggle
 */
export function TreeRow({ row, id, here, incident, height, onChoose, onToggle }) {
  return html`<div
    role="treeitem"
    id=${id}
    class=${`leaf${here ? " leaf-here" : ""}`}
    aria-level=${row.depth + 1}
    aria-posinset=${row.place}
    aria-setsize=${row.siblings}
    aria-expanded=${row.below ? row.open : undefined}
    aria-selected=${here}
    style=${{ height: `${height}px` }}
    onClick=${onChoose}
    onDblClick=${row.below ? onToggle : undefined}
  >
    <span class="leaf-what">
      ${Array.from({ length: row.depth }, () => html`<i class="rail" aria-hidden="true"></i>`)}
      <${FoldButton} row=${row} onToggle=${onToggle} />
      <${What} row=${row} incident=${incident} />
    </span>
    <${Where} row=${row} incident=${incident} />
    <${Because} row=${row} incident=${incident} />
    <${When} row=${row} />
  </div>`;
}

/** @param {{row: Row, onToggle: () => void}} props */
function FoldButton({ row, onToggle }) {
  if (!row.below) return html`<span class="fold" aria-hidden="true"></span>`;
  /** @param {Event} event */
  const toggle = (event) => {
    event.stopPropagation();
    onToggle();
  };
  return html`<button
    class="fold"
    tabindex="-1"
    aria-label=${t(row.open ? "fold" : "unfold", { n: row.below })}
    onClick=${toggle}
  >
    ${row.open ? "−" : "+"}
  </button>`;
}

/** @param {{row: Row, incident: Incident}} props */
function What({ row, incident }) {
  if (row.fold) {
    const { by, value, alarms } = row.fold;
    const name = by === "type" ? alarmType(value) : (alarms[0]?.site_name ?? (value || t("no_site")));
    return html`<${Mark} severity=${worstOf(alarms)} only />
      <span class="leaf-type leaf-fold"><span class="leaf-count">${alarms.length}</span> ${name}</span>`;
  }
  if (!row.alarm) {
    return html`<${Mark} severity=${incident.severity} only />
      <span class="leaf-type leaf-inferred">${alarmType(incident.root.alarm_type)}</span>`;
  }
  const cleared = row.alarm.state === "cleared";
  return html`<${Mark} severity=${cleared ? "cleared" : row.alarm.severity} only />
    <span class=${cleared ? "leaf-type muted" : "leaf-type"}>${alarmType(row.alarm.alarm_type)}</span>
    ${!row.open && row.below > 0 && html`<span class="muted">${t("below_n", { n: row.below })}</span>`}`;
}

/** @param {{row: Row, incident: Incident}} props */
function Where({ row, incident }) {
  if (row.fold) {
    const { by, alarms } = row.fold;
    const sites = new Set(alarms.map((alarm) => alarm.site)).size;
    const types = new Set(alarms.map((alarm) => alarm.alarm_type)).size;
    return html`<span class="leaf-where">${by === "type" ? t("at_sites_n", { n: sites }) : t("types_n", { n: types })}</span>`;
  }
  if (!row.alarm) {
    const { site, resource } = incident.root;
    return html`<span class="leaf-where">${incident.site_name ?? site ?? ""} <span class="muted">${resourceName(resource)}</span></span>`;
  }
  const { alarm } = row;
  return html`<span class="leaf-where">
    <${SiteName} id=${alarm.site} name=${alarm.site_name} other=${alarm} />
    <span class="muted"> ${resourceOf(alarm)}</span>
  </span>`;
}

/** Why it stands where it stands.
 * @param {{row: Row, incident: Incident}} props */
function Because({ row, incident }) {
  if (row.fold) return html`<span class="leaf-because muted">${foldWords(row.fold)}</span>`;
  if (row.depth === 0) {
    const { root } = incident;
    const words = root.kind === "inferred" ? "incident.nobody_reported" : root.confirmed_by ? "incident.root_confirmed" : "incident.root";
    return html`<span class="leaf-because">
      <strong>${root.kind === "inferred" ? "◇ " : ""}${t(words, { who: root.confirmed_by ?? "" })}</strong>
      ${row.alarm && html` <${Signs} alarm=${row.alarm} />`}
    </span>`;
  }
  const reason = reasonWords(row.alarm?.cause_reason ?? "");
  return html`<span class="leaf-because muted" title=${reason}>
    ${row.alarm && html`<${Signs} alarm=${row.alarm} /> `}${reason}
  </span>`;
}

/** @param {{row: Row}} props */
function When({ row }) {
  const alarm = row.alarm ?? row.fold?.alarms[0];
  return html`<span class="leaf-when muted">${alarm && html`<${Time} at=${alarm.raised_at} zone=${alarm.time_zone} />`}</span>`;
}
