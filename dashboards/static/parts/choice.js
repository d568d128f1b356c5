/**
 * A question with a few answers: a select with its label, and perhaps a hint below it.
 */

import { html } from "/vendor/preact.js";
import { Field } from "./dialog.js";

/** `chosen` is the value that it begins with, `hint` what stands below it.
 * @param {{name: string, label: string, options: [string|number, string][], optional?: boolean, chosen?: string,
 *   hint?: string, onChoose?: (value: string) => void}} props */
export function Choice({ name, label, options, optional = false, chosen = "", hint = "", onChoose }) {
  const hintId = `${name}-hint`;
  return html`<${Field} name=${name} label=${label}>
    <select
      id=${`field-${name}`}
      name=${name}
      required=${!optional}
      aria-describedby=${hint ? hintId : undefined}
      onChange=${(/** @type {Event} */ event) => onChoose?.(/** @type {HTMLSelectElement} */ (event.target).value)}
    >
      ${options.map(
        ([value, words]) =>
          html`<option key=${value} value=${value} selected=${String(value) === chosen || undefined}>${words}</option>`,
      )}
    </select>
    ${hint && html`<p id=${hintId} class="muted dense">${hint}</p>`}
  <//>`;
}
