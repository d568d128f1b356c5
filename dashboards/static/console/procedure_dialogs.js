/**
 * Writing a procedure, anew or for the first time, and taking one out of use. Steps are lines; there is no markup.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { useVersion } from "../parts/use_version.js";
import { linesOf } from "../state/procedures.js";
import { alarmType, alarmTypes } from "../words/catalogue.js";
import { categoryWord } from "./procedure_words.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */

/**
 * @param {object} props
 * @param {Procedure} [props.one]  over which a version is written; none: a new one
 * @param {Map<string, any>} props.categories
 * @param {() => void} props.onClose
 * @param {(kept: Procedure) => void} props.onKept
 */
export function EditDialog({ one, categories, onClose, onKept }) {
  const [types, setTypes] = useState(one?.alarm_types ?? []);
  const [kinds, setKinds] = useState(one?.categories ?? []);
  const path = one ? `/api/v1/procedures/${encodeURIComponent(one.id)}` : "/api/v1/procedures";
  const asRead = useVersion(path, one?.version);
  /** @param {Record<string, string>} fields */
  const submit = async ({ title, language, summary, warnings, steps, note }) => {
    const said = { title, language, summary, warnings: linesOf(warnings ?? ""), steps: linesOf(steps ?? ""), note };
    const body = { ...said, alarm_types: types, categories: kinds };
    const kept = await asRead((version) => post(path, { ...body, version }));
    say({ text: t("procedure.kept", { title: kept.title, n: kept.version }) });
    onKept(kept);
  };
  const languages = /** @type {[string, string][]} */ ([["zh", "中文"], ["en", "English"]]);
  return html`<${FormDialog} title=${t(one ? "procedure.edit_title" : "procedure.new_title")} action=${t("procedure.keep")} onClose=${onClose} onSubmit=${submit} wide>
    <${Field} name="title" label=${t("procedure.title")}><input id="field-title" name="title" required maxlength="200" defaultValue=${one?.title ?? ""} autocomplete="off" /><//>
    <${Choice} name="language" label=${t("procedure.language")} chosen=${one?.language ?? lang()} options=${languages} />
    <${Several} name="types" label=${t("procedure.alarm_types")} chosen=${types} onChange=${setTypes} options=${alarmTypes()} wordOf=${alarmType} />
    <${Several}
      name="kinds"
      label=${t("procedure.categories")}
      chosen=${kinds}
      onChange=${setKinds}
      options=${[...categories.keys()].map((id) => [id, categoryWord(id, categories)])}
      wordOf=${(/** @type {string} */ id) => categoryWord(id, categories)}
    />
    <${Lines} name="summary" label=${t("procedure.summary")} rows="2" text=${one?.summary ?? ""} />
    <${Lines} name="warnings" label=${t("procedure.warnings_lines")} rows="2" text=${(one?.warnings ?? []).join("\n")} />
    <${Lines} name="steps" label=${t("procedure.steps_lines")} rows="10" text=${(one?.steps ?? []).join("\n")} required />
    <${Lines} name="note" label=${t("procedure.why")} rows="1" text="" required />
  <//>`;
}

/** @param {{one: Procedure, onClose: () => void, onKept: (kept: Procedure) => void}} props */
export function RetireDialog({ one, onClose, onKept }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ note }) => {
    const path = `/api/v1/procedures/${encodeURIComponent(one.id)}/retire`;
    const kept = await post(path, { version: one.version, note });
    say({ text: t("procedure.retired_now", { title: one.title }) });
    onKept(kept);
  };
  return html`<${FormDialog} title=${t("procedure.retire_title", { title: one.title })} action=${t("procedure.retire")} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("procedure.retire_means")}</p>
    <${Lines} name="note" label=${t("procedure.why")} rows="1" text="" required />
  <//>`;
}

/** @param {{name: string, label: string, rows: string, text: string, required?: boolean}} props */
function Lines({ name, label, rows, text, required }) {
  return html`<div class="form-line">
    <${Field} name=${name} label=${label}>
      <textarea id=${`field-${name}`} name=${name} rows=${rows} required=${required} defaultValue=${text}></textarea>
    <//>
  </div>`;
}

/** Several of a list: what was chosen as buttons that take it out again, the rest to be added.
 * @param {{name: string, label: string, chosen: string[], onChange: (chosen: string[]) => void,
 *   options: [string, string][], wordOf: (id: string) => string}} props */
function Several({ name, label, chosen, onChange, options, wordOf }) {
  const add = (/** @type {any} */ event) => {
    if (event.target.value) onChange([...chosen, event.target.value]);
    event.target.value = "";
  };
  return html`<${Field} name=${name} label=${label}>
    <select id=${`field-${name}`} onChange=${add}>
      <option value="">${t("procedure.add")}</option>
      ${options.filter(([id]) => !chosen.includes(id)).map(([id, words]) => html`<option key=${id} value=${id}>${words}</option>`)}
    </select>
    <span class="several">
      ${chosen.map(
        (id) =>
          html`<button
            type="button"
            key=${id}
            class="chip several-one"
            aria-label=${t("procedure.take_out", { what: wordOf(id) })}
            onClick=${() => onChange(chosen.filter((other) => other !== id))}
          >
            ${wordOf(id)} <span aria-hidden="true">×</span>
          </button>`,
      )}
    </span>
  <//>`;
}
