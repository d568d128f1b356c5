/** The bar under the thumb: one primary action at the bottom of every screen, the way out beside it. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";

/**
 * @param {object} props
 * @param {unknown} [props.caption] what the action is about, in a line
 * @param {unknown} [props.children] buttons
 */
export function Thumb({ caption, children }) {
  return html`<div class="thumb">
    ${caption && html`<p class="thumb-caption">${caption}</p>`}
    <div class="thumb-row">${children}</div>
  </div>`;
}

/** A form whose send button stands in the bar. @param {{leave: string, ready: boolean, submit: () => void, action: string, children?: unknown}} props */
export function ThumbForm({ leave, ready, submit, action, children }) {
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    if (ready) submit();
  };
  return html`<form class="form" onSubmit=${send}>
    ${children}
    <${Thumb}>
      <a class="button" href=${leave}>${t("do.cancel")}</a>
      <button class="button button-primary button-thumb" disabled=${!ready}>${action}</button>
    <//>
  </form>`;
}
