/** The inputs of the forms: a label above each, large enough for gloves. */

import { html } from "/vendor/preact.js";

/** @typedef {{currentTarget: HTMLInputElement & HTMLTextAreaElement}} Typed */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.label
 * @param {string} props.value
 * @param {(value: string) => void} props.onText
 * @param {string} [props.hint]
 * @param {string} [props.problem] said under it, once there is something to say
 * @param {boolean} [props.long]
 * @param {boolean} [props.optional]
 */
export function TextField({ id, label, value, onText, hint, problem, long, optional }) {
  const shared = {
    id,
    value,
    placeholder: hint,
    required: !optional,
    "aria-invalid": problem ? "true" : undefined,
    "aria-describedby": problem ? `${id}-problem` : undefined,
    onInput: (/** @type {Typed} */ { currentTarget }) => onText(currentTarget.value),
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${long ? html`<textarea maxlength="2000" ...${shared}></textarea>` : html`<input maxlength="200" ...${shared} />`}
    ${problem && html`<p class="problem" id=${`${id}-problem`}>${problem}</p>`}
  </div>`;
}

/**
 * One of several ready answers.
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.name
 * @param {[string, string][]} props.options value and words
 * @param {string} props.value
 * @param {(value: string) => void} props.onChoice
 */
export function Choice({ label, name, options, value, onChoice }) {
  return html`<fieldset class="choice">
    <legend>${label}</legend>
    ${options.map(
      ([option, words]) => html`<label class="chip" key=${option}>
        <input type="radio" name=${name} value=${option} checked=${value === option} onChange=${() => onChoice(option)} />
        <span>${words}</span>
      </label>`,
    )}
  </fieldset>`;
}

/**
 * Any of several.
 * @param {object} props
 * @param {string} props.label
 * @param {[string, string][]} props.options
 * @param {string[]} props.values
 * @param {(values: string[]) => void} props.onChoice
 */
export function Several({ label, options, values, onChoice }) {
  /** @param {string} option */
  const turn = (option) => onChoice(values.includes(option) ? values.filter((one) => one !== option) : [...values, option]);
  return html`<fieldset class="choice">
    <legend>${label}</legend>
    ${options.map(
      ([option, words]) => html`<label class="chip" key=${option}>
        <input type="checkbox" checked=${values.includes(option)} onChange=${() => turn(option)} />
        <span>${words}</span>
      </label>`,
    )}
  </fieldset>`;
}
