/**
 * The line above the alarm list: what is searched for, which severities and states, and what can be done to the chosen.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { SEVERITIES, cssClass, shape, word } from "/shared/lib/severity.js";
import { ALARM_STATES } from "../state/alarms.js";
import { parseQuery, without } from "../state/alarm_query.js";
import { SavedViews } from "./alarm_views.js";

/** @typedef {import("../state/route.js").Route} Route */

const SHOWN = SEVERITIES.filter((severity) => severity !== "cleared");

/**
 * @param {object} props
 * @param {boolean} props.covered  by what can be done to the chosen: it keeps its place, so that the list does not jump
 * @param {Route} props.route
 * @param {(change: Partial<Route>) => void} props.onFilter
 * @param {import("./views.js").ViewProps["go"]} props.go
 * @param {Record<string, number>} props.counts  active alarms by severity
 * @param {[string, number][]} props.silent  what fits and does not speak
 * @param {number} props.held  changes that wait while one points at the list
 * @param {{current: HTMLInputElement|null}} props.searchBox
 * @param {Record<"columns"|"download", () => unknown>} props.doing
 * @param {import("/shared/lib/api.js").User} props.user
 */
export function FilterBar({ covered, route, onFilter, go, counts, silent, held, searchBox, doing, user }) {
  const [typing, setTyping] = useState(false);
  const find = (/** @type {InputEvent} */ event) =>
    onFilter({ text: /** @type {HTMLInputElement} */ (event.target).value });
  return html`<div class="bar" role="search" aria-label=${t("filter")} inert=${covered}>
    <input
      ref=${searchBox}
      class="search"
      type="search"
      aria-label=${t("filter.text")}
      placeholder=${t("filter.placeholder")}
      value=${route.text}
      aria-describedby=${typing ? "query-hint" : undefined}
      onInput=${find}
      onFocus=${() => setTyping(true)}
      onBlur=${() => setTyping(false)}
    />
    <${Severities} route=${route} onFilter=${onFilter} counts=${counts} />
    <div class="chips" role="group" aria-label=${t("column.state")}>
      ${ALARM_STATES.map(
        (state) =>
          html`<${Chip} on=${(route.state || "active") === state} onClick=${() => onFilter({ state })}>
            ${t(`filter.${state}`)}
          <//>`,
      )}
    </div>
    ${
      route.site &&
      html`<${Chip} on onClick=${() => onFilter({ site: "" })}>${t("filter.site", { site: route.site })} ×<//>`
    }
    <${Terms} text=${route.text} onFilter=${onFilter} />
    <i class="bar-break"></i>
    <${Chip} on=${route.grouped} onClick=${() => onFilter({ grouped: !route.grouped })}>${t("filter.grouped")}<//>
    <${Silent} route=${route} onFilter=${onFilter} silent=${silent} />
    <${SavedViews} route=${route} go=${go} user=${user} />
    <div class="bar-end bar-tools">
      ${held > 0 && html`<span class="muted" role="status">${t("held_n", { n: held })}</span>`}
      <button class="button button-small button-quiet" onClick=${doing.columns}>${t("columns")} <kbd>l</kbd></button>
      <button class="button button-small button-quiet" onClick=${doing.download}>CSV <kbd>d</kbd></button>
    </div>
    ${typing && html`<p id="query-hint" class="query-hint muted">${t("filter.hint")}</p>`}
  </div>`;
}

/** What was typed with a field before it; pressed, it goes.
 * @param {{text: string, onFilter: (change: Partial<Route>) => void}} props */
function Terms({ text, onFilter }) {
  const terms = parseQuery(text).filter(({ field }) => field);
  if (!terms.length) return null;
  return html`<div class="chips" role="group" aria-label=${t("filter.terms")}>
    ${terms.map(
      (term) => html`<${Chip} on onClick=${() => onFilter({ text: without(text, term) })}>
        ${term.not && t("filter.not")} ${t(`filter.field.${term.field}`)} ${term.value} ×
      <//>`,
    )}
  </div>`;
}

/** What does not speak, counted by why; pressed, it is shown.
 * @param {{route: Route, onFilter: (change: Partial<Route>) => void, silent: [string, number][]}} props */
function Silent({ route, onFilter, silent }) {
  if (!silent.length) return null;
  const what = silent.map(([why, n]) => t(`silent.${why}_n`, { n })).join(t("comma"));
  return html`<${Chip} on=${route.silent} onClick=${() => onFilter({ silent: !route.silent })}>
    ${t(route.silent ? "silent.shown" : "silent.hidden", { what })} <kbd>h</kbd>
  <//>`;
}

/** @param {{route: Route, onFilter: (change: Partial<Route>) => void, counts: Record<string, number>}} props */
function Severities({ route, onFilter, counts }) {
  /** @param {string} severity */
  const toggle = (severity) => {
    const chosen = new Set(route.severities);
    if (!chosen.delete(severity)) chosen.add(severity);
    onFilter({ severities: SHOWN.filter((one) => chosen.has(one)) });
  };
  return html`<div class="chips" role="group" aria-label=${t("column.severity")}>
    ${SHOWN.map(
      (severity) =>
        html`<${Chip} on=${route.severities.includes(severity)} onClick=${() => toggle(severity)}>
          <span class=${`severity ${cssClass(severity)}`} aria-hidden="true">${shape(severity)}</span>
          <span class="chip-word">${word(severity)}</span>
          <span class="chip-count">${counts[severity] ?? 0}</span>
        <//>`,
    )}
  </div>`;
}

/** @param {{on: boolean, onClick: () => void, children?: unknown}} props */
function Chip({ on, onClick, children }) {
  return html`<button class="chip" aria-pressed=${on} onClick=${onClick}>${children}</button>`;
}

/**
 * @param {object} props
 * @param {number} props.count
 * @param {number} props.waiting  changes that wait while something is chosen
 * @param {boolean} props.mayAct
 * @param {boolean} props.mayAdopt  and there is something to adopt
 * @param {boolean} props.single  one alarm, whose history can be shown
 * @param {Record<"acknowledge"|"shelve"|"comment"|"close"|"adopt"|"history"|"none", () => unknown>} props.act
 */
export function SelectionBar({ count, waiting, mayAct, mayAdopt, single, act }) {
  return html`<div class="selection" role="group" aria-label=${t("selected_n", { n: count })}>
    <strong>${t("selected_n", { n: count })}</strong>
    ${
      mayAct &&
      html`<button class="button button-small" onClick=${act.acknowledge}>
          ${t("alarm.acknowledge")} <kbd>a</kbd>
        </button>
        <button class="button button-small" onClick=${act.shelve}>${t("alarm.shelve")} <kbd>s</kbd></button>
        <button class="button button-small" onClick=${act.comment}>${t("alarm.comment")} <kbd>c</kbd></button>
        <button class="button button-small" onClick=${act.close}>${t("alarm.close")} <kbd>e</kbd></button>`
    }
    ${single && html`<button class="button button-small" onClick=${act.history}>${t("alarm.history")} <kbd>v</kbd></button>`}
    ${mayAdopt && html`<button class="button button-small" onClick=${act.adopt}>${t("adopt")} <kbd>o</kbd></button>`}
    <button class="button button-small button-quiet" onClick=${act.none}>${t("select_none")} <kbd>Esc</kbd></button>
    <span class="muted selection-waiting" role="status">${waiting ? t("waiting_n", { n: waiting }) : t("frozen")}</span>
  </div>`;
}
