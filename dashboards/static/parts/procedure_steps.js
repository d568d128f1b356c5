/**
 * A procedure to be followed: what is dangerous first, then its steps as a checklist that is remembered while the page is there.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Marked } from "./marked.js";

/** The steps that are done, by what is followed: a page that is left and come back to has not forgotten.
 * @type {Map<string, ReadonlySet<number>>} */
const done = new Map();
/** @type {ReadonlySet<number>} */
const NONE = new Set();

/** @param {{warnings: string[]}} props */
export function Warnings({ warnings }) {
  if (!warnings.length) return null;
  return html`<section class="procedure-warnings" aria-label=${t("procedure.warnings")}>
    <h3><span aria-hidden="true">⚠</span> ${t("procedure.warnings")}</h3>
    <ul>
      ${warnings.map((one) => html`<li key=${one}>${one}</li>`)}
    </ul>
  </section>`;
}

/**
 * @param {object} props
 * @param {string} props.of  what is followed: the procedure's version, and at what
 * @param {string[]} props.steps
 * @param {string} [props.text]  what was looked for
 * @param {number} [props.most]  the first ones only
 */
export function Steps({ of, steps, text = "", most = Infinity }) {
  const [, redraw] = useState(NONE);
  const ticked = done.get(of) ?? NONE;
  const keep = (/** @type {ReadonlySet<number>} */ next) => {
    done.set(of, next);
    redraw(next);
  };
  const toggle = (/** @type {number} */ place) => {
    const next = new Set(ticked);
    if (!next.delete(place)) next.add(place);
    keep(next);
  };
  return html`<div class="procedure-steps">
    <ol>
      ${steps.slice(0, most).map(
        (step, place) =>
          html`<li key=${place} class=${ticked.has(place) ? "step-done" : ""}>
            <label>
              <input type="checkbox" checked=${ticked.has(place)} onChange=${() => toggle(place)} />
              <span class="step-number">${place + 1}</span>
              <span><${Marked} text=${step} looked=${text} /></span>
            </label>
          </li>`,
      )}
    </ol>
    ${
      ticked.size > 0 &&
      html`<p class="muted dense" role="status">
        ${t("procedure.done_of", { n: ticked.size, of: steps.length })}${" "}
        <button class="text-link" onClick=${() => keep(new Set())}>${t("procedure.start_over")}</button>
      </p>`
    }
  </div>`;
}
