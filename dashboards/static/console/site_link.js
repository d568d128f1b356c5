/**
 * A site's name wherever it stands: the way to its page.
 */

import { html } from "/vendor/preact.js";
import { searchOf } from "../state/route.js";

/** @param {{id: string, name?: string|null, children?: unknown}} props the id stands where there is no name */
export function SiteLink({ id, name, children }) {
  return html`<a class="site-link" href=${searchOf({ view: "site", id })} title=${id}>${children ?? name ?? id}</a>`;
}
