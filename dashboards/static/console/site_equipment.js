/**
 * The site page's equipment: each with the worst that is said of it and what was measured last.
 */

import { html } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { rank, SEVERITIES } from "/shared/lib/severity.js";
import { Mark, Time } from "../parts/marks.js";
import { byUrgency } from "../state/alarms.js";
import { figure } from "../state/site_power.js";
import { alarmType, resourceName } from "../words/catalogue.js";
import { titleOf } from "./site_readings.js";

/** @typedef {import("../state/shapes_site.js").SiteDetail} SiteDetail */
/** @typedef {import("../state/shapes_site.js").Resource} Resource */

const SHOWN = 4;

/** @param {{site: SiteDetail, onChart: (reading: string) => void}} props */
export function Equipment({ site, onChart }) {
  const known = new Set(site.resources.map(({ resource }) => resource));
  const others = [...new Set(site.alarms.map(({ resource }) => resource))].filter((resource) => !known.has(resource));
  const all = [...site.resources, ...others.map((resource) => ({ id: resource, resource, kind: "", address: "", tenant: "" }))];
  const worst = (/** @type {Resource} */ one) =>
    Math.min(SEVERITIES.length, ...site.alarms.filter(({ resource }) => resource === one.resource).map(({ severity }) => rank(severity)));
  const rows = all.sort((a, b) => worst(a) - worst(b) || a.resource.localeCompare(b.resource));
  if (!rows.length) return html`<section><h3>${t("site.equipment")}</h3><p class="muted">${t("site.equipment.none")}</p></section>`;
  const columns = ["resource", "kind", "state", "readings", "address"];
  return html`<div>
    <h3 id="site-equipment">${t("site.equipment")}</h3>
    <div class="site-table" tabindex="0" role="region" aria-labelledby="site-equipment">
      <table class="table">
        <thead>
          <tr>${columns.map((name) => html`<th key=${name} scope="col">${t(`site.column.${name}`)}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((one) => html`<${Line} key=${one.id} one=${one} site=${site} onChart=${onChart} />`)}</tbody>
      </table>
    </div>
  </div>`;
}

/** @param {{one: Resource, site: SiteDetail, onChart: (reading: string) => void}} props */
function Line({ one, site, onChart }) {
  const alarms = site.alarms.filter(({ resource }) => resource === one.resource).sort(byUrgency);
  const readings = site.readings.filter(({ resource }) => resource === one.resource).slice(0, SHOWN);
  const kind = `site.kind.${one.kind}`;
  return html`<tr>
    <td>${resourceName(one.resource)}</td>
    <td class="muted">${[has(kind) ? t(kind) : one.kind, one.tenant].filter(Boolean).join(" · ")}</td>
    <td><${State} alarms=${alarms} zone=${site.time_zone} /></td>
    <td>
      ${readings.map(
        (reading) =>
          html`<span key=${reading.id} class="site-reading" title=${titleOf(reading)}>
            ${
              reading.unit && reading.value !== null
                ? html`<button class="site-figure" onClick=${() => onChart(reading.id)}>${figure(reading.value, reading.unit)}</button>`
                : reading.state || figure(reading.value, reading.unit)
            }
          </span>`,
      )}
    </td>
    <td class="muted">${one.address}</td>
  </tr>`;
}

/** @param {{alarms: import("../shapes.js").Alarm[], zone: string}} props */
function State({ alarms, zone }) {
  const [worst] = alarms;
  if (!worst) return html`<span class="muted">${t("site.in_order")}</span>`;
  const more = alarms.length > 1 ? ` +${alarms.length - 1}` : "";
  return html`<${Mark} severity=${worst.severity} only /> ${alarmType(worst.alarm_type)}${more}${" "}
    <span class="muted"><${Time} at=${worst.raised_at} zone=${zone} /></span>`;
}
