/**
 * Requests for more time, decided where they stand: granted with one click that can be undone, or refused with a reason.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { duration } from "/shared/lib/time.js";
import { soon } from "../parts/later.js";
import { Time } from "../parts/marks.js";
import { searchOf } from "../state/route.js";
import { DecideDialog } from "./shift_dialogs.js";

/** @typedef {import("../state/shapes_shift.js").Extension} Extension */

const MINUTE = 60;

/** @param {{extensions: Extension[], may: (permission: string) => boolean, onDone: () => unknown}} props */
export function Extensions({ extensions, may, onDone }) {
  const [granting, setGranting] = useState(/** @type {string[]} */ ([]));
  const [asked, setAsked] = useState(/** @type {Extension|null} */ (null));
  if (!extensions.length) return null;
  const grant = (/** @type {Extension} */ one) => {
    setGranting([...granting, one.id]);
    const words = t("lead.extension.granted", { ticket: one.ticket, time: duration(one.minutes * MINUTE) });
    soon(words, () => decide(one, { granted: true }, onDone), () => setGranting((all) => all.filter((id) => id !== one.id)));
  };
  return html`<section id="overdue-extensions">
    <h3>${t("overdue.extensions", { n: extensions.length })}</h3>
    <ul class="decisions">
      ${extensions.map(
        (one) =>
          html`<li key=${one.id} data-row tabindex="-1" class=${granting.includes(one.id) ? "decision muted" : "decision"}>
            <p>
              <a href=${searchOf({ view: "tickets", id: one.ticket })}>${one.ticket}</a> ${one.site_name}${" "}
              <strong>+${duration(one.minutes * MINUTE)}</strong> ${t(`clock.${one.kind}`)}
              <span class="muted"> ${one.asked_by} · <${Time} as="ago" at=${one.asked_at} /></span>
            </p>
            <p>${one.reason} ${one.evidence && html`<span class="muted">${one.evidence}</span>`}</p>
            ${
              may("grant_time") &&
              html`<div class="moves">
                <button class="button button-small" data-key="a" title="a" disabled=${granting.includes(one.id)} onClick=${() => grant(one)}>${t("lead.extension.grant")}</button>
                <button class="button button-small button-quiet" data-key="o" title="o" disabled=${granting.includes(one.id)} onClick=${() => setAsked(one)}>${t("lead.extension.otherwise")}</button>
              </div>`
            }
          </li>`,
      )}
    </ul>
    ${asked && html`<${DecideDialog} extension=${asked} onDecide=${(/** @type {object} */ given) => decide(asked, given, onDone)} onClose=${() => setAsked(null)} />`}
  </section>`;
}

/** @param {Extension} one
 * @param {object} given
 * @param {() => unknown} onDone */
async function decide(one, given, onDone) {
  await post(`/api/v1/extensions/${encodeURIComponent(one.id)}/decide`, given);
  await onDone();
}
