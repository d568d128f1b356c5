/**
 * Over the procedures: the box that finds as one types, the alarm type or complaint category, and both languages or one.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { alarmTypes } from "../words/catalogue.js";
import { categoryWord } from "./procedure_words.js";

/**
 * @param {object} props
 * @param {string} props.text
 * @param {(text: string) => void} props.onText
 * @param {{current: HTMLInputElement|null}} props.box
 * @param {string} props.chosen  as `Route.state`
 * @param {(state: string) => void} props.onChoose
 * @param {Map<string, any>} props.categories
 * @param {boolean} props.both
 * @param {(both: boolean) => void} props.onBoth
 * @param {unknown} [props.children]
 */
export function ProcedureFilters({ text, onText, box, chosen, onChoose, categories, both, onBoth, children }) {
  return html`<div class="bar">
    <input
      ref=${box}
      class="search"
      type="search"
      value=${text}
      placeholder=${t("procedure.search")}
      aria-label=${t("procedure.search")}
      autocomplete="off"
      spellcheck="false"
      onInput=${(/** @type {any} */ event) => onText(event.target.value)}
    />
    <label class="procedure-for">
      <span class="muted">${t("procedure.for")}</span>
      <select value=${chosen} onChange=${(/** @type {any} */ event) => onChoose(event.target.value)}>
        <option value="">${t("procedure.for_all")}</option>
        <optgroup label=${t("procedure.alarm_types")}>
          ${alarmTypes().map(([id, words]) => html`<option key=${id} value=${`alarm:${id}`}>${words}</option>`)}
        </optgroup>
        ${
          categories.size > 0 &&
          html`<optgroup label=${t("procedure.categories")}>
            ${[...categories.keys()].map((id) => html`<option key=${id} value=${`category:${id}`}>${categoryWord(id, categories)}</option>`)}
          </optgroup>`
        }
      </select>
    </label>
    <button class="chip" aria-pressed=${both ? "true" : "false"} onClick=${() => onBoth(!both)}>${t("procedure.both")}</button>
    <span class="bar-end">${children}</span>
  </div>`;
}
