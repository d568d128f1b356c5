/**
 * A report's groups as a table that any column sorts, and under a group exactly what was counted in it.
 */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Nothing, Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { figureWords, sortedBy, valueWords } from "../state/report.js";
import { searchOf } from "../state/route.js";
import { offersProblem } from "../state/problems.js";
import { alarmType } from "../words/catalogue.js";
import { OpenProblem } from "./problem_dialogs.js";
import { ProblemFromRow } from "./problem_report.js";

/** @typedef {import("./reports.js").Asked} Asked */
/** @typedef {import("../state/shapes_problems.js").Offer} Offer */
/** @typedef {import("../state/shapes_report.js").Column} Column */
/** @typedef {import("../state/shapes_report.js").Fact} Fact */
/** @typedef {import("../state/shapes_report.js").Item} Item */
/** @typedef {import("../state/shapes_report.js").Report} Report */
/** @typedef {{column: string, descending: boolean}} Order */

const MOST_SHOWN = 200;
const VIEW_OF_KIND = /** @type {Record<string, string>} */ ({
  incident: "incidents",
  ticket: "tickets",
  work_order: "tickets",
  alarm: "alarms",
  silence: "silences",
});

/** @param {{report: Report, asked: Asked, board: any, may: (permission: string) => boolean}} props */
export function ReportTable({ report, asked, board, may }) {
  const [order, setOrder] = useState(/** @type {Order|null} */ (null));
  const [open, setOpen] = useState(/** @type {string|null} */ (null));
  const [offer, setOffer] = useState(/** @type {Offer|null} */ (null));
  const items = order ? sortedBy(report.items, order.column, order.descending) : report.items;
  if (!items.length) return html`<${Nothing} title=${t("report.nothing")} hint=${t("report.nothing.hint")} />`;
  const by = (/** @type {string} */ column) =>
    setOrder({ column, descending: order?.column === column ? !order.descending : true });
  const columns = report.columns.filter(({ id }) => id === report.figure || items.some((item) => item[id] !== null));
  const offers = may("manage_work_orders") && items.some((item) => offersProblem(report, item));
  return html`<div class="report-table" tabindex="0" role="region" aria-label=${t("report.groups")}>
    <table class="table">
      <thead>
        <tr>
          <${Heading} id="name" words=${t(`report.by.${report.grouped_by}`)} order=${order} onSort=${by} />
          ${columns.map(
            (column) =>
              html`<${Heading}
                key=${column.id}
                id=${column.id}
                number=${isNumber(column.kind)}
                words=${column.title[lang()]}
                order=${order}
                onSort=${by}
              />`,
          )}
          ${offers && html`<th scope="col"><span class="visually-hidden">${t("problem.row")}</span></th>`}
        </tr>
      </thead>
      <tbody>
        ${items.slice(0, MOST_SHOWN).map(
          (item) =>
            html`<${Row}
              key=${item.id}
              item=${item}
              report=${report}
              columns=${columns}
              asked=${asked}
              onOffer=${offers ? setOffer : null}
              isOpen=${open === item.id}
              onOpen=${() => setOpen(open === item.id ? null : item.id)}
            />`,
        )}
      </tbody>
    </table>
    ${items.length + report.more > MOST_SHOWN && html`<p class="muted dense">${t("report.more", { n: items.length + report.more - MOST_SHOWN })}</p>`}
    ${offer && html`<${OpenProblem} board=${board} offer=${offer} onClose=${() => setOffer(null)} />`}
  </div>`;
}

/** @param {{id: string, words: string, number?: boolean, order: Order|null, onSort: (column: string) => void}} props */
function Heading({ id, words, number, order, onSort }) {
  const sorted = order?.column === id ? (order.descending ? "descending" : "ascending") : undefined;
  return html`<th scope="col" class=${number ? "number" : ""} aria-sort=${sorted}>
    <button class="report-sort" onClick=${() => onSort(id)}>
      ${words}<span aria-hidden="true">${sorted ? (sorted === "descending" ? " ↓" : " ↑") : ""}</span>
    </button>
  </th>`;
}

/** `onOffer` where a problem may be opened from some row.
 * @param {{item: Item, report: Report, columns: Column[], asked: Asked, onOffer: ((offer: Offer) => void)|null, isOpen: boolean, onOpen: () => void}} props */
function Row({ item, report, columns, asked, onOffer, isOpen, onOpen }) {
  const name = groupName(item, report.grouped_by);
  return html`<tr>
      <th scope="row">
        ${
          report.which
            ? html`<button class="report-which" aria-expanded=${isOpen ? "true" : "false"} onClick=${onOpen}>
                ${name}
              </button>`
            : report.grouped_by === "site"
              ? html`<a href=${searchOf({ view: "alarms", site: item.id, state: "all" })}>${name}</a>`
              : name
        }
      </th>
      ${columns.map(
        (column) =>
          html`<td key=${column.id} class=${isNumber(column.kind) ? "number" : ""}>${cellWords(report, column, item)}</td>`,
      )}
      ${onOffer && html`<td class="cell-actions"><${ProblemFromRow} report=${report} asked=${asked} item=${item} name=${name} onOffer=${onOffer} /></td>`}
    </tr>
    ${
      isOpen &&
      html`<tr>
        <td class="report-facts" colspan=${columns.length + (onOffer ? 2 : 1)}>
          <${Facts} report=${report} asked=${asked} group=${item.id} />
        </td>
      </tr>`
    }`;
}

/** @param {{report: Report, asked: Asked, group: string}} props */
function Facts({ report, asked, group }) {
  const { zone, by } = asked;
  const params = { zone, by, from: report.from, until: report.until, group };
  const { data, problem } = useFetched(`/api/v1/reports/${report.id}/facts`, { params });
  const facts = /** @type {Fact[]|undefined} */ (data?.items);
  if (problem) return html`<p class="notice notice-refused">${problem}</p>`;
  if (!facts) return html`<p class="muted">${t("report.loading")}</p>`;
  const { kind } = report.columns.find((column) => column.id === report.figure) ?? { kind: "count" };
  return html`<ul class="list report-which-list">
    ${facts.slice(0, MOST_SHOWN).map(
      (fact) =>
        html`<li key=${`${fact.kind} ${fact.id}`}>
          ${linked(fact)}
          <span>${fact.site_name ?? ""}</span>
          <span class="muted"><${Time} at=${fact.at} /></span>
          <span class="number">${factValue(fact, kind)}</span>
        </li>`,
    )}
    ${facts.length > MOST_SHOWN && html`<li class="muted">${t("report.more", { n: facts.length - MOST_SHOWN })}</li>`}
  </ul>`;
}

/** @param {Fact} fact */
function linked({ kind, id, object }) {
  if (kind === "complaint") return html`<a href=${`/desk?complaint=${encodeURIComponent(object)}`}>${id}</a>`;
  const view = VIEW_OF_KIND[kind];
  return view ? html`<a href=${searchOf({ view, id: object })}>${object}</a>` : html`<span>${object}</span>`;
}

/** @param {Fact} fact
 * @param {string} kind of the report's figure */
function factValue({ value, ok }, kind) {
  if (ok !== undefined && ok !== null) return t(ok ? "report.yes" : "report.no");
  return valueWords(value, kind === "percent" ? "minutes" : kind);
}

/** A group in words: an alarm type by its name, nobody and nowhere as such.
 * @param {Item} item
 * @param {string} by */
export function groupName({ id, name }, by) {
  if (!id) return t(`report.none.${by}`);
  return by === "alarm_type" ? alarmType(id) : name;
}

/** A value of a group in words. What a tenant was promised is never left open: no data is said.
 * @param {Report} report
 * @param {Column} column
 * @param {Item} item */
export function cellWords(report, { id, kind }, item) {
  if (kind === "alarm_type" && item[id]) return alarmType(item[id]);
  return report.of_tenants && id === report.figure ? figureWords(item[id], kind) : valueWords(item[id], kind);
}

/** @param {string} kind */
export function isNumber(kind) {
  return !["text", "alarm_type", "yes_no"].includes(kind);
}
