/**
 * The tenant's figures month by month beside what its contract says, and how each is counted.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { word } from "/shared/lib/severity.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { figureWords, valueWords } from "../state/report.js";
import { Section } from "./now.js";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const MONTHS = 6;
const FIGURES = ["available", "within"];
const ROWS = /** @type {[string, string, string][]} */ ([
  ["availability", "available", "percent"],
  ["availability", "promised", "percent"],
  ["availability", "due", "minutes"],
  ["availability", "down", "minutes"],
  ["availability", "n", "count"],
  ["availability", "mean", "minutes"],
  ["voltage", "within", "percent"],
  ["voltage", "gap", "minutes"],
  ["breaches", "accept", "count"],
  ["breaches", "arrive", "count"],
  ["breaches", "restore", "count"],
]);

export function Figures() {
  const { data, problem } = useFetched("/api/v1/tenant/figures", { params: { months: MONTHS, zone: ZONE } });
  const figures = /** @type {any} */ (data);
  if (problem) return html`<p class="notice notice-refused" role="alert">${problem}</p>`;
  if (!figures) return html`<${Nothing} title=${t("report.loading")} />`;
  return html`
    <${Section} title=${t("tenant.figures")}><${Months} months=${figures.items} /><//>
    <${Section} title=${t("tenant.contract")}><${Terms} terms=${figures.contract} /><//>
    <${Section} title=${t("report.how")}>
      ${["availability", "voltage", "breaches"].map(
        (name) => html`<p key=${name} class="dense"><strong>${t(`tenant.figure.${name}`)}</strong> ${figures.counted[name][lang()]}</p>`,
      )}
    <//>
  `;
}

/** @param {{months: any[]}} props */
function Months({ months }) {
  return html`<div class="tenant-wide" tabindex="0" role="region" aria-label=${t("tenant.figures")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${t("report.month")}</th>
          ${months.map(({ id }) => html`<th key=${id} scope="col" class="number">${id}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${ROWS.map(
          ([group, name, kind]) =>
            html`<tr key=${`${group} ${name}`}>
              <th scope="row">${t(`tenant.figure.${group}.${name}`)}</th>
              ${months.map(
                (month) =>
                  html`<td key=${month.id} class="number">
                    ${(FIGURES.includes(name) ? figureWords : valueWords)(month[group][name], kind)}${FIGURES.includes(name) && month[group].met === false ? html` <span class="tenant-missed">${t("tenant.missed")}</span>` : ""}
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** @param {{terms: any[]}} props */
function Terms({ terms }) {
  if (!terms.length) return html`<p class="muted">${t("tenant.no_contract")}</p>`;
  const columns = ["accept_minutes", "arrive_minutes", "restore_minutes"].filter((name) => terms.some((one) => one[name] !== null));
  return html`<div class="tenant-wide" tabindex="0" role="region" aria-label=${t("tenant.contract")}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">${t("tenant.terms.region")}</th>
          <th scope="col">${t("tenant.terms.severity")}</th>
          ${columns.map((name) => html`<th key=${name} scope="col" class="number">${t(`tenant.terms.${name}`)}</th>`)}
          <th scope="col" class="number">${t("tenant.terms.voltage")}</th>
          <th scope="col" class="number">${t("tenant.terms.availability")}</th>
        </tr>
      </thead>
      <tbody>
        ${terms.map(
          (one) =>
            html`<tr key=${`${one.region} ${one.severity}`}>
              <td>${one.region || t("tenant.terms.everywhere")}</td>
              <td>${one.severity ? word(one.severity) : t("tenant.terms.all")}</td>
              ${columns.map((name) => html`<td key=${name} class="number">${valueWords(one[name], "minutes")}</td>`)}
              <td class="number">${one.voltage_low === null ? "–" : `${one.voltage_low}–${one.voltage_high} V`}</td>
              <td class="number">${valueWords(one.availability === null ? null : one.availability * 100, "percent")}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
