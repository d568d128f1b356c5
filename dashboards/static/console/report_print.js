/**
 * The monthly report on paper: cover figures, a section for each tenant, the worst sites, and how all of it is counted.
 */

import { html, render, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { lang, register, setLang, t } from "/shared/lib/i18n.js";
import { full, now } from "/shared/lib/time.js";
import { useLang } from "../parts/hooks.js";
import { Nothing } from "../parts/marks.js";
import { useSession } from "../parts/use_session.js";
import { figureWords, lastMonth, periodOf, valueWords } from "../state/report.js";
import { loadCatalogue, refusalSentence } from "../words/catalogue.js";
import { en } from "../words/en.js";
import { zh } from "../words/zh.js";
import { cellWords, groupName, isNumber } from "./report_table.js";

/** @typedef {import("../state/shapes_report.js").Report} Report */
/** @typedef {{session: import("/shared/lib/api.js").Session, month: string}} Paper */

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const SITES_A_TENANT = 10;
const COVER = ["acknowledge", "arrive", "restore", "first_time_fix", "repeats", "availability", "voltage", "satisfaction"];
const TABLES = ["restore", "first_time_fix", "complaints", "bad_sites"];

function Start() {
  useLang();
  const [who, door] = useSession(t("title.reports"));
  const month = new URLSearchParams(location.search).get("month") || lastMonth(now());
  useEffect(() => void (document.title = `Guywire ${t("title.reports")} ${month}`));
  if (!who) return door;
  if (!who.permissions.includes("view_reports")) return html`<main><${Nothing} title=${t("refused.reports")} /></main>`;
  return html`<${Monthly} session=${who} month=${month} />`;
}

/** @param {Paper} props */
function Monthly({ session: who, month }) {
  const { reports, tenants, problem } = useMonth(month);
  return html`<main class="paper">
    <${Bar} month=${month} />
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    ${
      reports
        ? html`<${Cover} reports=${reports} month=${month} region=${who.user.region} />
            <section>
              <h2>${t("report.tenants")}</h2>
              ${tenants.map((one) => html`<${Tenant} key=${one.tenant} ...${one} reports=${reports} />`)}
            </section>
            ${TABLES.map((id) => html`<${Groups} key=${id} report=${reports[id]} />`)}
            <${How} reports=${reports} />`
        : !problem && html`<div class="paper-loading"><${Nothing} title=${t("report.loading")} /></div>`
    }
  </main>`;
}

/** @param {{month: string}} props */
function Bar({ month }) {
  const other = lang() === "zh" ? "en" : "zh";
  const open = (/** @type {any} */ event) => {
    if (event.target.value) location.search = `?month=${event.target.value}`;
  };
  return html`<div class="paper-bar">
    <label class="field"
      ><span class="label">${t("report.month")}</span>
      <input type="month" value=${month} onChange=${open} />
    </label>
    <button class="button button-primary" onClick=${() => print()}>${t("report.print")}</button>
    <button class="button" lang=${other} onClick=${() => setLang(other)}>${other === "zh" ? "中文" : "English"}</button>
    <a class="button" href="/?view=reports">${t("report.back")}</a>
  </div>`;
}

/** @param {{reports: Record<string, Report>, month: string, region: string}} props */
function Cover({ reports, month, region }) {
  const made = full(new Date(now()).toISOString(), ZONE);
  return html`<header class="paper-cover">
      <h1>${t("title.reports")} ${month}</h1>
      <p>${region ? t("report.made_for_region", { region }) : t("report.made_for")}</p>
      <p class="muted dense">${t("report.made", { time: made })}</p>
    </header>
    <section class="paper-figures" aria-label=${t("title.reports")}>
      ${COVER.map((id) => html`<${Figure} key=${id} report=${reports[id]} />`)}
    </section>`;
}

/** @param {{report: Report}} props */
function Figure({ report }) {
  const { total } = report;
  const kind = columnOf(report, report.figure).kind;
  const beside = report.columns.filter(({ id }) => ["median", "p90", "n", "promised", "gap"].includes(id) && total[id] !== null);
  return html`<div class="paper-figure">
    <p class="muted dense">${report.title[lang()]}</p>
    <p class="paper-value">${figureWords(total[report.figure], kind)}</p>
    ${beside.map(
      (column) =>
        html`<p key=${column.id} class="dense">
          <span class="muted">${column.title[lang()]}</span> ${valueWords(total[column.id], column.kind)}
        </p>`,
    )}
  </div>`;
}

/** One tenant: what it was promised and what it had, and which of its sites were the worst.
 * @param {{tenant: string, sites: Report, reports: Record<string, Report>}} props */
function Tenant({ tenant, sites, reports }) {
  const worst = sites.items.filter((item) => item.down > 0).slice(0, SITES_A_TENANT);
  return html`<div class="paper-tenant">
    <h3>${tenant}</h3>
    <div class="paper-figures">
      <${OfTenant} report=${reports.availability} tenant=${tenant} />
      <${OfTenant} report=${reports.voltage} tenant=${tenant} />
    </div>
    ${
      worst.length > 0 &&
      html`<p class="muted dense">${t("report.tenant_sites")}</p>
        <${Table} report=${sites} items=${worst} columns=${["available", "promised", "due", "down", "n", "mean"]} />`
    }
  </div>`;
}

/** @param {{report: Report, tenant: string}} props */
function OfTenant({ report, tenant }) {
  const found = report.items.find((item) => item.id === tenant);
  const { kind } = columnOf(report, report.figure);
  const gap = found?.gap ? t("report.gaps", { value: valueWords(found.gap, "minutes") }) : "";
  const promised = found?.promised
    ? t("report.promised", { value: valueWords(found.promised, "percent") })
    : t("report.no_terms");
  return html`<div class="paper-figure">
    <p class="muted dense">${report.title[lang()]}</p>
    <p class="paper-value">${figureWords(found?.[report.figure], kind)}</p>
    <p class="dense">${promised}${found?.limits ? ` · ${found.limits}` : ""}</p>
    ${gap && html`<p class="dense">${gap}</p>`}
  </div>`;
}

/** @param {{report: Report}} props */
function Groups({ report }) {
  if (!report.items.length) return null;
  const columns = report.columns.map(({ id }) => id);
  return html`<section>
    <h2>${report.title[lang()]}</h2>
    <${Table} report=${report} items=${report.items.slice(0, 25)} columns=${columns} />
  </section>`;
}

/** @param {{report: Report, items: any[], columns: string[]}} props */
function Table({ report, items, columns }) {
  const shown = columns.map((id) => columnOf(report, id));
  return html`<table class="table">
    <thead>
      <tr>
        <th scope="col">${t(`report.by.${report.grouped_by}`)}</th>
        ${shown.map(({ id, kind, title }) => html`<th key=${id} scope="col" class=${isNumber(kind) ? "number" : ""}>${title[lang()]}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${items.map(
        (item) =>
          html`<tr key=${item.id}>
            <th scope="row">${groupName(item, report.grouped_by)}</th>
            ${shown.map((column) => html`<td key=${column.id} class=${isNumber(column.kind) ? "number" : ""}>${cellWords(report, column, item)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** @param {{reports: Record<string, Report>}} props */
function How({ reports }) {
  return html`<section class="paper-how">
    <h2>${t("report.how")}</h2>
    ${Object.values(reports).map(
      (report) =>
        html`<div key=${report.id}>
          <strong>${report.title[lang()]}</strong>
          <p>${report.counted[lang()]}</p>
        </div>`,
    )}
  </section>`;
}

/** @param {Report} report
 * @param {string} id */
function columnOf(report, id) {
  return /** @type {import("../state/shapes_report.js").Column} */ (report.columns.find((column) => column.id === id));
}

/** All that the month's paper shows, asked for one after the other, so that no screen waits for it.
 * @param {string} month */
function useMonth(month) {
  const [found, setFound] = useState(
    /** @type {{reports: Record<string, Report>|null, tenants: {tenant: string, sites: Report}[], problem: string}} */ ({
      reports: null,
      tenants: [],
      problem: "",
    }),
  );
  useEffect(() => {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
      setFound({ reports: null, tenants: [], problem: t("report.bad_month") });
      return;
    }
    monthOf({ ...periodOf(month, now()), zone: ZONE }).then(
      (all) => setFound({ ...all, problem: "" }),
      (error) => setFound({ reports: null, tenants: [], problem: refusalSentence(error) }),
    );
  }, [month]);
  return found;
}

/** @param {{from: string, until: string, zone: string}} period */
async function monthOf(period) {
  await loadCatalogue();
  /** @type {Record<string, Report>} */
  const reports = {};
  for (const { id } of (await get("/api/v1/reports")).items) reports[id] = await get(`/api/v1/reports/${id}`, period);
  const tenants = [];
  for (const { id: tenant } of reports.availability.items) {
    tenants.push({ tenant, sites: await get("/api/v1/reports/availability", { ...period, by: "site", tenant }) });
  }
  return { reports, tenants };
}

register({ zh, en });
render(html`<${Start} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
