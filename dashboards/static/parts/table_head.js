/**
 * The head of a table: what stands in each of its columns.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";

/** What is done with a row needs no heading for those who see its buttons. */
const UNSEEN = "action";

/** @param {{columns: readonly string[], numbers?: readonly string[]}} props  named as in the dictionary: `column.<name>` */
export function TableHead({ columns, numbers = [] }) {
  return html`<thead>
    <tr>
      ${columns.map((name) => {
        const words = t(`column.${name}`);
        return html`<th key=${name} scope="col" class=${numbers.includes(name) ? "number" : ""}>
          ${name === UNSEEN ? html`<span class="visually-hidden">${words}</span>` : words}
        </th>`;
      })}
    </tr>
  </thead>`;
}
