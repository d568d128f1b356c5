/**
 * The leader's questions: how much more time, or why not; and which stretch is taken off a clock.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { asLocal } from "../words/moments.js";

/** @param {{extension: import("../state/shapes_shift.js").Extension, onDecide: (given: object) => Promise<void>, onClose: () => void}} props */
export function DecideDialog({ extension, onDecide, onClose }) {
  const [granted, setGranted] = useState("no");
  /** @param {Record<string, string>} fields */
  const submit = (fields) =>
    onDecide({
      granted: granted === "yes",
      minutes: granted === "yes" ? Number(fields.minutes) : null,
      reason: fields.reason,
    });
  return html`<${FormDialog}
    title=${t("lead.extension.decide", { ticket: extension.ticket })}
    action=${t(granted === "yes" ? "lead.extension.grant" : "lead.extension.refuse")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <p>${extension.reason}</p>
    <div class="chips" role="group" aria-label=${t("lead.extension.answer")}>
      ${["no", "yes"].map((one) => html`<button type="button" class="chip" aria-pressed=${granted === one} onClick=${() => setGranted(one)}>${t(`lead.extension.${one}`)}</button>`)}
    </div>
    ${
      granted === "yes" &&
      html`<${Field} name="minutes" label=${t("lead.extension.minutes")}>
        <input id="field-minutes" name="minutes" type="number" min="1" defaultValue=${extension.minutes} required />
      <//>`
    }
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required=${granted === "no"} maxlength="2000" /><//>
  <//>`;
}

/** Time taken off a clock afterwards: from its start until now, unless it is said otherwise.
 * @param {{clock: {ticket: string, kind: string, need: string|null, started_at: string}, onDone: () => unknown, onClose: () => void}} props */
export function ExemptDialog({ clock, onDone, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ since, until, reason }) => {
    await post(`/api/v1/tickets/${encodeURIComponent(clock.ticket)}/clocks/${clock.kind}/exempt`, {
      since: new Date(since ?? "").toISOString(),
      until: new Date(until ?? "").toISOString(),
      reason,
      need: clock.need ?? "",
    });
    say({ text: t("lead.exempt.done", { ticket: clock.ticket }) });
    await onDone();
  };
  return html`<${FormDialog} title=${t("lead.exempt.title", { ticket: clock.ticket })} action=${t("lead.exempt.do")} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("lead.exempt.means")}</p>
    <${Moment} name="since" at=${Date.parse(clock.started_at)} />
    <${Moment} name="until" at=${now()} />
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="2000" /><//>
  <//>`;
}

/** @param {{name: string, at: number}} props */
function Moment({ name, at }) {
  return html`<${Field} name=${name} label=${t(`lead.exempt.${name}`)}>
    <input id=${`field-${name}`} name=${name} type="datetime-local" defaultValue=${asLocal(at)} required />
  <//>`;
}
