/**
 * A dialog in front of the page: the browser's own, which keeps the focus inside and closes on Escape.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { refusalSentence } from "../words/catalogue.js";

/**
 * @param {object} props
 * @param {string} props.title
 * @param {() => void} props.onClose
 * @param {boolean} [props.wide]  for what is read, not filled in
 * @param {unknown} [props.children]
 */
export function Dialog({ title, onClose, wide, children }) {
  const box = useRef(/** @type {HTMLDialogElement|null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    box.current?.showModal();
    return () => before?.focus();
  }, []);
  return html`
    <dialog ref=${box} class=${wide ? "dialog dialog-wide" : "dialog"} aria-labelledby="dialog-title" onClose=${onClose}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
    </dialog>
  `;
}

/**
 * A form in a dialog. `onSubmit` gets the fields; what it throws is shown in the form, which stays open.
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.action  the words on its button
 * @param {() => void} props.onClose
 * @param {boolean} [props.wide]  two fields stand side by side
 * @param {(fields: Record<string, string>) => Promise<unknown>|unknown} props.onSubmit
 * @param {unknown} [props.children]
 */
export function FormDialog({ title, action, onClose, wide, onSubmit, children }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)));
    setBusy(true);
    try {
      await onSubmit(/** @type {Record<string, string>} */ (fields));
      onClose();
    } catch (error) {
      setProblem(refusalSentence(error));
      setBusy(false);
    }
  };
  return html`
    <${Dialog} title=${title} onClose=${onClose} wide=${wide}>
      <form class=${wide ? "form form-wide" : "form"} onSubmit=${submit} onKeyDown=${submitByKey} aria-busy=${busy}>
        ${children} ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
        <div class="form-actions">
          <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
          <button class="button button-primary" disabled=${busy}>${action}</button>
        </div>
      </form>
    <//>
  `;
}

/** Ctrl+Enter says that it is done where Enter alone begins a new line.
 * @param {KeyboardEvent} event */
function submitByKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    /** @type {HTMLFormElement} */ (event.currentTarget).requestSubmit();
}

/**
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.label
 * @param {unknown} [props.children]  the input, which must carry id `field-<name>`
 */
export function Field({ name, label, children }) {
  return html`<div class="field"><label for=${`field-${name}`}>${label}</label>${children}</div>`;
}
