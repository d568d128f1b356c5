/**
 * A field for several names, which says as one types what one may mean.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Field } from "./dialog.js";

/** @typedef {{value: string, words: string}} Suggestion  `words`: what stands beside it, muted */

/**
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.label
 * @param {string} props.value
 * @param {Suggestion[]} props.suggestions for the value as it stands
 * @param {(value: string) => void} props.onText
 * @param {(suggestion: Suggestion) => void} props.onChoose
 */
export function SuggestField({ name, label, value, suggestions, onText, onChoose }) {
  const [here, setHere] = useState(0);
  const [closed, setClosed] = useState(true);
  const open = !closed && suggestions.length > 0;
  const at = Math.min(here, suggestions.length - 1);
  const choose = (/** @type {Suggestion} */ one) => {
    setHere(0);
    onChoose(one);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!open) return;
    if (step) setHere((at + step + suggestions.length) % suggestions.length);
    else if (event.key === "Enter" && !event.ctrlKey) choose(suggestions[at]);
    else if (event.key === "Escape") setClosed(true);
    else return;
    event.preventDefault(); // neither is the form sent, nor the dialog closed
  };
  return html`<${Field} name=${name} label=${label}>
    <div class="suggest">
      <input
        id=${`field-${name}`}
        name=${name}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded=${open}
        aria-controls=${`found-${name}`}
        aria-activedescendant=${open ? `found-${name}-${at}` : undefined}
        value=${value}
        maxlength="2000" autocomplete="off"
        onInput=${(/** @type {InputEvent} */ event) => {
          setClosed(false);
          onText(/** @type {HTMLInputElement} */ (event.currentTarget).value);
        }}
        onKeyDown=${onKeyDown}
        onBlur=${() => setClosed(true)}
      />
      <${Found} name=${name} suggestions=${suggestions} at=${at} open=${open} choose=${choose} />
    </div>
  <//>`;
}

/** @param {{name: string, suggestions: Suggestion[], at: number, open: boolean, choose: (one: Suggestion) => void}} props */
function Found({ name, suggestions, at, open, choose }) {
  return html`<ul id=${`found-${name}`} class="suggest-list" role="listbox" aria-label=${t("meant.suggested")} hidden=${!open}>
    ${suggestions.map(
      (one, n) =>
        html`<li
          key=${one.value}
          id=${`found-${name}-${n}`}
          role="option"
          aria-selected=${n === at}
          onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
          onClick=${() => choose(one)}
        >
          <span>${one.value}</span> <span class="muted">${one.words}</span>
        </li>`,
    )}
  </ul>`;
}
