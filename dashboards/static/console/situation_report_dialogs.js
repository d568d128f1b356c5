/**
 * A report drafted from the facts, corrected by a person and sent; and one that was sent, to be read, copied, printed.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { full } from "/shared/lib/time.js";
import { Dialog, Field, submitByKey, useSubmit } from "../parts/dialog.js";
import { Nothing } from "../parts/marks.js";
import { copyText, printSheet } from "../parts/print.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";

/** @typedef {import("../state/shapes_shift.js").SituationReport} SituationReport */
/** @typedef {import("../state/shapes_shift.js").InBoth} InBoth */
/** @typedef {import("../state/shapes_shift.js").ReportKind} ReportKind */
/** @typedef {{kind: ReportKind, number: number, title: InBoth, text: InBoth, due_at: string|null, of_region: string|null}} Draft */

/** @type {ReportKind[]} */
const KINDS = ["first", "following", "final"];
const TONGUES = /** @type {const} */ (["zh", "en"]);

/** @param {{path: string, id: string, onSent: () => unknown, onClose: () => void}} props */
export function WriteReport({ path, id, onSent, onClose }) {
  const [kind, setKind] = useState("");
  const { data, problem } = useFetched(`${path}/draft`, { params: { kind } });
  const draft = /** @type {Draft|null} */ (data);
  const asked = draft?.kind ?? kind;
  const kinds = html`<div class="chips" role="group" aria-label=${t("sitrep.kind")}>
    ${KINDS.map((one) => html`<button type="button" key=${one} class="chip" aria-pressed=${one === asked} onClick=${() => one !== asked && setKind(one)}>${t(`sitrep.${one}`)}</button>`)}
  </div>`;
  return html`<${Dialog} title=${t("sitrep.write", { id })} onClose=${onClose} wide>
    ${
      draft
        ? html`<${Editor}
            key=${draft.kind}
            draft=${draft}
            path=${path}
            kinds=${kinds}
            onSent=${onSent}
            onClose=${onClose}
          />`
        : html`<div class="sitrep-head">${kinds}</div>
            <${Nothing} title=${problem || t("sitrep.drafting")} />`
    }
  <//>`;
}

/** @param {{draft: Draft, path: string, kinds: unknown, onSent: () => unknown, onClose: () => void}} props */
function Editor({ draft, path, kinds, onSent, onClose }) {
  const [tongue, setTongue] = useState(lang());
  const [title, setTitle] = useState(draft.title);
  const [text, setText] = useState(draft.text);
  const box = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  useEffect(() => box.current?.focus(), []);
  const send = async () => {
    const sent = await post(path, { kind: draft.kind, title, text });
    say({ text: t("sitrep.sent", { kind: t(`sitrep.${sent.kind}`, { n: sent.number }) }) });
    await onSent();
  };
  const { form, submit, busy, problem } = useSubmit(send, onClose);
  const word = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  return html`<form ref=${form} class="form" onSubmit=${submit} onKeyDown=${submitByKey} aria-busy=${busy}>
    <div class="sitrep-head">
      ${kinds}
      <${Tongues} tongue=${tongue} onTongue=${setTongue} />
    </div>
    <${Field} name="title" label=${t("sitrep.headline")}>
      <input id="field-title" lang=${tongue} value=${title[tongue]} required maxlength="300" onInput=${(/** @type {Event} */ event) => setTitle({ ...title, [tongue]: word(event) })} />
    <//>
    <${Field} name="text" label=${t("sitrep.text")}>
      <textarea ref=${box} id="field-text" class="sitrep-text" lang=${tongue} rows="14" required value=${text[tongue]} onInput=${(/** @type {Event} */ event) => setText({ ...text, [tongue]: word(event) })}></textarea>
    <//>
    <p class="muted dense">${t("sitrep.both")}</p>
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    <div class="form-actions">
      <${Hands} title=${title[tongue]} text=${text[tongue]} />
      <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
      <button class="button button-primary" aria-disabled=${busy || undefined}>${t("sitrep.send")}</button>
    </div>
  </form>`;
}

/** @param {{report: SituationReport, onClose: () => void}} props */
export function ReadReport({ report, onClose }) {
  const [tongue, setTongue] = useState(lang());
  return html`<${Dialog} title=${report.title[tongue]} onClose=${onClose} wide>
    <div class="sitrep-head">
      <p class="muted dense">${t(`sitrep.${report.kind}`, { n: report.number })} · ${report.sent_by} · ${full(report.sent_at)}</p>
      <${Tongues} tongue=${tongue} onTongue=${setTongue} />
    </div>
    ${report.of_region && html`<p class="notice">${t("sitrep.part", { region: report.of_region, regions: report.left_out.join(t("list.comma")) })}</p>`}
    <pre class="sitrep-read" lang=${tongue} tabindex="0">${report.text[tongue]}</pre>
    <div class="form-actions">
      <${Hands} title=${report.title[tongue]} text=${report.text[tongue]} />
      <button class="button button-primary" onClick=${onClose} autofocus>${t("close")}</button>
    </div>
  <//>`;
}

/** @param {{tongue: string, onTongue: (tongue: "zh"|"en") => void}} props */
function Tongues({ tongue, onTongue }) {
  return html`<div class="chips" role="group" aria-label=${t("sitrep.language")}>
    ${TONGUES.map(
      (one) =>
        html`<button type="button" key=${one} class="chip" lang=${one} aria-pressed=${one === tongue} onClick=${() => onTongue(one)}>
          ${one === "zh" ? "中文" : "English"}
        </button>`,
    )}
  </div>`;
}

/** Copy and print.
 * @param {{title: string, text: string}} props */
function Hands({ title, text }) {
  const copy = async () => {
    const copied = await copyText(`${title}\n\n${text}`);
    say({ text: t(copied ? "copied" : "copy_refused"), refused: !copied });
  };
  return html`<button type="button" class="button button-quiet" onClick=${() => void copy()}>${t("copy")}</button>
    <button type="button" class="button button-quiet" onClick=${() => printSheet(title, text)}>${t("print")}</button>`;
}
