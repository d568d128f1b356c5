/**
 * The report view: one report at a time for a period, its figure with its trend, its groups, and how it is counted.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { lastMonth, PERIODS, periodOf } from "../state/report.js";
import { searchOf } from "../state/route.js";
import { refusalSentence } from "../words/catalogue.js";
import { ReportFigure } from "./report_figure.js";
import { ReportTable } from "./report_table.js";

/** @typedef {import("../state/shapes_report.js").Described} Described */
/** @typedef {import("../state/shapes_report.js").Report} Report */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const USUAL = "30d";

/** `route.id` is the report, `route.state` the period, `route.text` what it is grouped by.
 * @param {ViewProps} props */
export function Reports({ board, route, go, may }) {
  const { data, problem: noList } = useFetched("/api/v1/reports");
  const list = /** @type {Described[]|undefined} */ (data?.items);
  const chosen = list?.find((one) => one.id === route.id) ?? list?.[0];
  const asked = chosen && askedOf(chosen, route);
  const { report, problem, isLoading } = useReport(chosen?.id ?? "", asked);
  const step = (/** @type {number} */ by) => {
    if (!list || !chosen) return;
    const next = list[Math.max(0, Math.min(list.length - 1, list.indexOf(chosen) + by))];
    go({ view: "reports", id: next.id, state: route.state }, true);
  };
  const keys = [
    { keys: "j", label: "key.next_report", run: () => step(1) },
    { keys: "k", label: "key.previous_report", run: () => step(-1) },
  ];
  useKeys(list ? keys : []);
  if (noList) return html`<section><${Nothing} title=${noList} /></section>`;
  if (!list || !chosen || !asked) return html`<section><${Nothing} title=${t("report.loading")} /></section>`;
  return html`<section class="split reports">
    <nav class="side reports-list" aria-label=${t("view.reports")}>
      ${list.map(
        (one) =>
          html`<a
            key=${one.id}
            class=${`line${one === chosen ? " line-here" : ""}`}
            href=${searchOf({ view: "reports", id: one.id, state: route.state })}
            aria-current=${one === chosen ? "true" : undefined}
            >${one.title[lang()]}</a
          >`,
      )}
      <a class="line reports-print" href=${`/reports/print?month=${lastMonth(now())}`}>${t("report.monthly")}</a>
    </nav>
    <div class="detail" tabindex="0" role="region" aria-label=${chosen.title[lang()]}>
      <${Asking} report=${chosen} asked=${asked} route=${route} go=${go} />
      ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
      ${
        report
          ? html`<div class=${isLoading || problem ? "stale" : ""}>
              <${ReportFigure} report=${report} />
              <${ReportTable} key=${`${report.id} ${report.grouped_by}`} report=${report} asked=${asked} board=${board} may=${may} />
            </div>`
          : !problem && html`<${Nothing} title=${t("report.loading")} />`
      }
    </div>
  </section>`;
}

/** @typedef {{from: string, until: string, zone: string, by: string, period: string}} Asked */

/** What is asked of the server: the period stands still until somebody chooses another, so that a link stays true.
 * @param {Described} report
 * @param {import("../state/route.js").Route} route
 * @returns {Asked} */
function askedOf(report, route) {
  const period = route.state || USUAL;
  const by = report.by.includes(route.text) ? route.text : report.by[0];
  return { ...periodOf(period, Math.floor(now() / 60_000) * 60_000), zone: ZONE, by, period };
}

/** @param {{report: Described, asked: Asked, route: any, go: ViewProps["go"]}} props */
function Asking({ report, asked, route, go }) {
  const change = (/** @type {object} */ some) =>
    go({ view: "reports", id: report.id, state: asked.period, text: asked.by, ...some }, true);
  const { from, until, zone, by } = asked;
  const csv = `/api/v1/reports/${report.id}?${new URLSearchParams({ from, until, zone, by, csv: "true" })}`;
  return html`<div class="report-head">
    <h2>${report.title[lang()]}</h2>
    <div class="report-asking">
      <div class="chips" role="group" aria-label=${t("report.period")}>
        ${[...PERIODS, ...(PERIODS.includes(asked.period) ? [] : [asked.period])].map(
          (name) =>
            html`<button
              key=${name}
              class="chip"
              aria-pressed=${name === asked.period ? "true" : "false"}
              onClick=${() => change({ state: name })}
            >
              ${PERIODS.includes(name) ? t(`report.period.${name}`) : name}
            </button>`,
        )}
      </div>
      <label class="report-by"
        ><span class="muted">${t("report.by")}</span>
        <select
          value=${asked.by}
          onChange=${(/** @type {any} */ event) => change({ text: event.target.value })}
        >
          ${report.by.map((one) => html`<option key=${one} value=${one}>${t(`report.by.${one}`)}</option>`)}
        </select></label
      >
      <a class="button button-small" href=${csv} download>${t("report.csv")}</a>
    </div>
  </div>`;
}

/** The report as it was asked for last; while another is on its way, the one before stays, greyed.
 * @param {string} id
 * @param {Asked|undefined} asked */
function useReport(id, asked) {
  const [report, setReport] = useState(/** @type {Report|null} */ (null));
  const [problem, setProblem] = useState("");
  const [isLoading, setLoading] = useState(false);
  useEffect(() => {
    if (!id || !asked) return undefined;
    const wanted = new AbortController();
    setLoading(true);
    setProblem("");
    const { period: _, ...params } = asked;
    get(`/api/v1/reports/${id}`, params, wanted.signal).then(
      (found) => {
        setReport(found);
        setLoading(false);
      },
      (error) => wanted.signal.aborted || (setProblem(refusalSentence(error)), setLoading(false)),
    );
    return () => wanted.abort();
  }, [id, asked?.period, asked?.by]);
  return { report: report?.id === id ? report : null, problem, isLoading };
}
