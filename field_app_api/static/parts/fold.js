/** A part of a page that can be folded away; `open` as long as nobody has touched it. */

import { html } from "/vendor/preact.js";

/** @param {{title: string, count?: number | string, open?: boolean, children?: unknown}} props */
export function Fold({ title, count, open = false, children }) {
  return html`<details class="fold" open=${open}>
    <summary><h2>${title}</h2>${count !== undefined && html`<span class="muted">${count}</span>`}</summary>
    <div class="fold-body">${children}</div>
  </details>`;
}
