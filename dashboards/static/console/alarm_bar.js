/**
 * The line above the alarm list: what is searched for, which severities and states, and what can be done to the chosen.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { SEVERITIES, cssClass, shape, word } from "/shared/lib/severity.js";
import { ALARM_STATES } from "../state/alarms.js";

/** @typedef {import("../state/route.js").Route} Route */

const SHOWN = SEVERITIES.filter((severity) => severity !== "cleared");

/**
 * @param {object} props
 * @param {Route} props.route
 * @param {(change: Partial<Route>) => void} props.onFilter
 * @param {Record<string, number>} props.counts  active alarms by severity
 * @param {ReturnType<typeof import("../state/silences.js").countSilent>} props.silent  what fits and does not speak
 * @param {{current: HTMLInputElement|null}} props.searchBox
 */
export function FilterBar({ route, onFilter, counts, silent, searchBox }) {
  const find = (/** @type {InputEvent} */ event) =>
    onFilter({ text: /** @type {HTMLInputElement} */ (event.target).value });
  return html`<div class="bar" role="search" aria-label=${t("filter")}>
    <input
      ref=${searchBox}
      class="search"
      type="search"
      aria-label=${t("filter.text")}
      placeholder=${t("filter.placeholder")}
      value=${route.text}
      onInput=${find}
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
    <${Chip} on=${route.grouped} onClick=${() => onFilter({ grouped: !route.grouped })}>${t("filter.grouped")}<//>
    <${Silent} route=${route} onFilter=${onFilter} silent=${silent} />
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
