/**
 * A report's one figure, big, with its trend beside it, what stands with it, and on one click how it is counted.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { figureWords, trendLines, valueWords } from "../state/report.js";

/** @typedef {import("../state/shapes_report.js").Report} Report */

/** @param {{report: Report}} props */
export function ReportFigure({ report }) {
  const figure = /** @type {import("../state/shapes_report.js").Column} */ (
    report.columns.find((column) => column.id === report.figure)
  );
  const others = report.columns.filter(({ id, kind }) => id !== figure.id && kind !== "yes_no" && report.total[id] !== null);
  return html`<div class="report-top">
    <div class="report-figure">
      <p class="report-big">${figureWords(report.total[figure.id], figure.kind)}</p>
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
    ${
      report.trend.length > 1 &&
      html`<div class="report-trends">
        ${trendsOf(report).map((one) => html`<${Trend} key=${one.id} report=${report} figure=${one} />`)}
      </div>`
    }
    <details class="report-counted">
      <summary>${t("report.counted")}</summary>
      <p>${report.counted[lang()]}</p>
    </details>
  </div>`;
}

/** The figure's own trend, and that of each column that has limits.
 * @param {Report} report */
function trendsOf({ columns, figure, limits }) {
  return columns.filter(({ id }) => id === figure || limits.some((limit) => limit.column === id));
}

/** @param {{report: Report, figure: import("../state/shapes_report.js").Column}} props */
function Trend({ report, figure }) {
  const values = report.trend.map((point) => point[figure.id]);
  if (!values.some((value) => value !== null)) return null;
  const limits = report.limits.filter(({ column }) => column === figure.id);
  const { lines, dots, limits: marks, low, high } = trendLines(values, limits.map(({ value }) => value));
  const days = report.trend.map((point) => dayWords(point.at));
  const words = t("report.trend", { what: figure.title[lang()], from: days[0], until: days[days.length - 1] });
  return html`<figure class="report-trend">
    <figcaption class="visually-hidden">${words}</figcaption>
    ${figure.id !== report.figure && html`<p class="report-of muted dense">${figure.title[lang()]}</p>`}
    <p class="report-axis muted dense"><span>${valueWords(high, figure.kind)}</span></p>
    <svg viewBox="-1 -6 102 112" preserveAspectRatio="none" aria-hidden="true">
      <path class="report-limit" d="M0,0 H100 M0,100 H100" />
      ${marks.map((y) => html`<path key=${y} class="report-mark" d=${`M0,${y} H100`} />`)}
      ${lines.map((points) => html`<polyline key=${points} class="report-line" points=${points} />`)}
      ${dots.map(({ x, y }) => html`<path key=${x} class="report-dot" d=${`M${x},${y} h0`} />`)}
    </svg>
    ${
      limits.length > 0 &&
      html`<div class="report-marks muted dense">
        ${limits.map(({ value, title }, place) => html`<span key=${value} style=${{ top: `${((marks[place] ?? 0) + 6) / 1.12}%` }}>${title[lang()]}</span>`)}
      </div>`
    }
    <p class="report-axis report-low muted dense"><span>${low < high ? valueWords(low, figure.kind) : ""}</span></p>
    <p class="report-days muted dense"><span>${days[0]}</span><span>${days[days.length - 1]}</span></p>
  </figure>`;
}

/** @param {string} at */
function dayWords(at) {
  return new Intl.DateTimeFormat(lang() === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short" }).format(
    new Date(at),
  );
}
