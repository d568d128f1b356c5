/** The words that a step asks for: cause and result of what was done, or the reason of what was not. */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";

/** @type {Record<string, [string, string][]>} field and its example */
const FIELDS = {
  done: [
    ["cause", "form.cause_hint"],
    ["result", "form.result_hint"],
  ],
  declined: [["reason", "form.reason_hint"]],
  failed: [["reason", "form.failed_hint"]],
};

/** @param {{to: string, busy: boolean, send: (to: string, report: object) => void, leave: () => void}} props */
export function ReportForm({ to, busy, send, leave }) {
  const [report, setReport] = useState(/** @type {Record<string, string>} */ ({}));
  const fields = FIELDS[to];
  const complete = fields.every(([name]) => (report[name] ?? "").trim().length > 0);

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    if (complete) send(to, report);
  }

  return html`<form class="thumb thumb-form" onSubmit=${submit}>
    ${fields.map(
      ([name, hint]) => html`<div class="field" key=${name}>
        <label for=${`report-${name}`}>${label(to, name)}</label>
        <textarea
          id=${`report-${name}`}
          required
          maxlength="1000"
          placeholder=${t(hint)}
          value=${report[name] ?? ""}
          onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => setReport({ ...report, [name]: event.currentTarget.value })}
        ></textarea>
      </div>`,
    )}
    <div class="thumb-row">
      <button type="button" class="button" onClick=${leave}>${t("do.cancel")}</button>
      <button class="button button-primary button-thumb" disabled=${busy || !complete}>${t("do.send")}</button>
    </div>
  </form>`;
}

/** @param {string} to @param {string} name */
function label(to, name) {
  return name === "reason" ? t(`form.why_${to}`) : t(`form.${name}`);
}
