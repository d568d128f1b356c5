/** The procedure of a job's fault: what is dangerous first, then its steps to tick off, also where there is no coverage. */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Fold } from "../parts/fold.js";

/** @typedef {import("../types.js").Procedure} Procedure */

/** @type {Map<string, Set<number>>} which steps are done, by order and procedure, while the page is there */
const done = new Map();

/** @param {{order: import("../types.js").ShownOrder, work: import("../work.js").Work}} props */
export function ProceduresOf({ order, work }) {
  return html`${work.procedures.of(order).map(
    (one) => html`<${Fold} key=${one.id} title=${one.title} count=${t("procedure.steps", { n: one.steps.length })}>
      <${Followed} one=${one} at=${order.id} />
    <//>`,
  )}`;
}

/** @param {{one: Procedure, at: string}} props */
function Followed({ one, at }) {
  const of = `${at} ${one.id}/${one.version}`;
  const [ticked, setTicked] = useState(done.get(of) ?? new Set());
  const toggle = (/** @type {number} */ place) => {
    const next = new Set(ticked);
    if (!next.delete(place)) next.add(place);
    done.set(of, next);
    setTicked(next);
  };
  return html`
    ${one.summary && html`<p lang=${one.language === lang() ? undefined : one.language}>${one.summary}</p>`}
    ${
      one.warnings.length > 0 &&
      html`<ul class="procedure-warnings" aria-label=${t("procedure.warnings")}>
        ${one.warnings.map((warning) => html`<li key=${warning}><span aria-hidden="true">⚠</span> ${warning}</li>`)}
      </ul>`
    }
    <ol class="procedure-steps">
      ${one.steps.map(
        (step, place) =>
          html`<li key=${place}>
            <label class=${ticked.has(place) ? "muted" : ""}>
              <input type="checkbox" checked=${ticked.has(place)} onChange=${() => toggle(place)} />
              <span>${place + 1}. ${step}</span>
            </label>
          </li>`,
      )}
    </ol>
  `;
}
