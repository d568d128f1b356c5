/**
 * The counties of the emergency view as a table, in which every figure leads to the sites that it counts.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Countdown } from "../parts/marks.js";
import { searchOf } from "../state/route.js";
import { lastPart } from "../state/urgency.js";

/** @typedef {import("../state/emergencies.js").AreaRow} AreaRow */
/** @typedef {import("../state/route.js").Route} Route */

const FIGURES = /** @type {const} */ (["without_mains", "on_battery", "soon", "down", "hubs"]);
/** Whose customers each figure counts. */
const PEOPLE = /** @type {const} */ ([["customers_down", "down"], ["customers_on_battery", "on_battery"]]);
const PLAIN = ["customers_down", "customers_on_battery", "crews", "under_way", "generators"];

/** @param {{rows: AreaRow[], route: Route, soonMinutes: number, onDeclare: ((region: string) => void)|null}} props */
export function Counties({ rows, route, soonMinutes, onDeclare }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("emergency.counties")}>
    <table class="table table-roomy table-counties">
      <thead>
        <tr>
          <th scope="col">${t("column.county")}</th>
          ${FIGURES.map((name) => html`<th scope="col" class="number">${t(`column.${name}`, { time: soonMinutes / 60 })}</th>`)}
          <th scope="col">${t("column.next_down")}</th>
          ${PLAIN.map((name) => html`<th scope="col" class="number" title=${t(`column.${name}.means`)}>${t(`column.${name}`)}</th>`)}
          <th scope="col">${t("column.state")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<${County} key=${row.area.region} row=${row} route=${route} onDeclare=${onDeclare} />`)}
      </tbody>
    </table>
  </div>`;
}

/** @param {{row: AreaRow, route: Route, onDeclare: ((region: string) => void)|null}} props */
function County({ row, route, onDeclare }) {
  const { area, plan, state } = row;
  const here = route.id === area.region;
  return html`<tr data-row tabindex="-1" class=${here ? "row-here" : ""}>
    <th scope="row" title=${area.region}>
      <a href=${searchOf({ view: "emergency", id: area.region })} aria-current=${here ? "true" : undefined}>${lastPart(area.region)}</a>
    </th>
    ${FIGURES.map((name) => html`<td class="number"><${Figure} n=${area[name]} region=${area.region} name=${name} here=${here && route.state === name} /></td>`)}
    <td>${area.next_down_at ? html`<${Countdown} at=${area.next_down_at} zone=${area.time_zone} />` : html`<span class="muted">–</span>`}</td>
    ${PEOPLE.map(([n, name]) => html`<td class="number"><${Figure} n=${area[n]} region=${area.region} name=${name} quiet /></td>`)}
    <td class="number"><${Has} has=${plan?.crews_there} needs=${plan?.crews_needed} late=${plan?.too_late} href=${searchOf({ view: "work", text: area.region })} /></td>
    <td class="number"><${Figure} n=${area.crews_under_way + area.crews_on_site} region=${area.region} name="under_way" here=${here && route.state === "under_way"} /></td>
    <td class="number">
      <${Has} has=${area.generators_there} needs=${area.generators_there + area.generators_needed} href=${searchOf({ view: "emergency", id: area.region, state: "generators" })} />
    </td>
    <td><${State} state=${state} region=${area.region} onDeclare=${onDeclare} /></td>
  </tr>`;
}

/** @param {{n: number, region: string, name: string, here?: boolean, quiet?: boolean}} props  `name`: of the sites or crews behind it */
function Figure({ n, region, name, here, quiet }) {
  if (!n) return html`<span class="muted">0</span>`;
  const loud = quiet ? "" : name === "down" ? "word-critical" : name === "soon" ? "word-major" : "";
  return html`<a class=${loud} href=${searchOf({ view: "emergency", id: region, state: name })} aria-current=${here ? "true" : undefined}>${n}</a>`;
}

/** What is there of what is needed, and where to see it; what nobody reckons before it is declared stays open.
 * @param {{has?: number, needs?: number, late?: number, href: string}} props */
function Has({ has, needs, late, href }) {
  if (has === undefined || needs === undefined) return html`<span class="muted">–</span>`;
  if (!has && !needs) return html`<span class="muted">0</span>`;
  return html`<a class=${has < needs ? "word-major" : ""} href=${href}>${has} / ${needs}</a>
    ${late ? html` <span class="muted">${t("emergency.too_late", { n: late })}</span>` : ""}`;
}

/** @param {{state: string, region: string, onDeclare: ((region: string) => void)|null}} props */
function State({ state, region, onDeclare }) {
  if (state === "declared") return html`<span class="word-critical">◆ ${t("emergency.declared")}</span>`;
  if (!onDeclare) return html`<span class="muted">${t(`emergency.${state}`)}</span>`;
  return html`<button class="button button-small button-quiet" data-key="N" title="N" aria-label=${`${t("emergency.declare")} ${region}`} onClick=${() => onDeclare(region)}>
    ${t("emergency.declare")}
  </button>`;
}
