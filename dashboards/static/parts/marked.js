/**
 * A text with what was looked for marked in it.
 */

import { html } from "/vendor/preact.js";
import { marked } from "../state/procedures.js";

/** @param {{text: string, looked: string}} props */
export function Marked({ text, looked }) {
  return marked(text, looked).map((part) => (part.found ? html`<mark>${part.text}</mark>` : part.text));
}
