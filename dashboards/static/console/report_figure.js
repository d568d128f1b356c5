/**
 * A report's one figure, big, with its trend beside it, what stands with it, and on one click how it is counted.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { trendLines, valueWords } from "../state/report.js";

/** @typedef {import("../state/shapes_report.js").Report} Report */

/** @param {{report: Report}} props */
export function ReportFigure({ report }) {
  const figure = /** @type {import("../state/shapes_report.js").Column} */ (
    report.columns.find((column) => column.id === report.figure)
  );
  const others = report.columns.filter(({ id, kind }) => id !== figure.id && kind !== "yes_no" && report.total[id] !== null);
  return html`<div class="report-top">
    <div class="report-figure">
      <p class="report-big">${valueWords(report.total[figure.id], figure.kind)}</p>
      <p class="muted dense">${figure.title[lang()]}</p>
      <dl class="facts report-others">
        ${others.map(
          (column) =>
            html`<div key=${column.id}>
              <dt>${column.title[lang()]}</dt>
              <dd>${valueWords(report.total[column.id], column.kind)}</dd>
            </div>`,
        )}
      </dl>
    </div>
    ${report.trend.length > 1 && html`<${Trend} report=${report} figure=${figure} />`}
    <details class="report-counted">
      <summary>${t("report.counted")}</summary>
      <p>${report.counted[lang()]}</p>
    </details>
  </div>`;
}

/** @param {{report: Report, figure: import("../state/shapes_report.js").Column}} props */
function Trend({ report, figure }) {
  const values = report.trend.map((point) => point[figure.id]);
  if (!values.some((value) => value !== null)) return null;
  const { lines, dots, low, high } = trendLines(values);
  const days = report.trend.map((point) => dayWords(point.at));
  const words = t("report.trend", { what: figure.title[lang()], from: days[0], until: days[days.length - 1] });
  return html`<figure class="report-trend">
    <figcaption class="visually-hidden">${words}</figcaption>
    <p class="report-axis muted dense"><span>${valueWords(high, figure.kind)}</span></p>
    <svg viewBox="-1 -6 102 112" preserveAspectRatio="none" aria-hidden="true">
      <path class="report-limit" d="M0,0 H100 M0,100 H100" />
      ${lines.map((points) => html`<polyline key=${points} class="report-line" points=${points} />`)}
      ${dots.map(({ x, y }) => html`<path key=${x} class="report-dot" d=${`M${x},${y} h0`} />`)}
    </svg>
    <p class="report-axis muted dense"><span>${low < high ? valueWords(low, figure.kind) : ""}</span></p>
    <p class="report-days muted dense"><span>${days[0]}</span><span>${days[days.length - 1]}</span></p>
  </figure>`;
}

/** @param {string} at */
function dayWords(at) {
  return new Intl.DateTimeFormat(lang() === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short" }).format(
    new Date(at),
  );
}
