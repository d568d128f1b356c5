/**
 * A dialog in front of the page: the browser's own, which keeps the focus inside and closes on Escape.
 */

import { html, useEffect, useLayoutEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { refusalSentence } from "../words/catalogue.js";
import { sayRefusal } from "./toasts.js";

/**
 * @param {object} props
 * @param {string} props.title
 * @param {() => void} props.onClose
 * @param {boolean} [props.wide]  for what is read, not filled in
 * @param {unknown} [props.children]
 */
export function Dialog({ title, onClose, wide, children }) {
  const box = useRef(/** @type {HTMLDialogElement|null} */ (null));
  const left = useRef(false);
  // not useEffect, which runs after the paint: the next key is for the dialog, not for the page behind it
  useLayoutEffect(() => {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    const dialog = box.current;
    dialog?.showModal();
    return () => {
      left.current = true;
      dialog?.close(); // what lies behind an open one cannot have the focus
      before?.focus();
    };
  }, []);
  return html`
    <dialog ref=${box} class=${wide ? "dialog dialog-wide" : "dialog"} aria-labelledby="dialog-title" onClose=${() => left.current || onClose()}>
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
 * @param {boolean} [props.awaiting]  what can be chosen is on its way: sent before that, it goes once that is there
 * @param {string} [props.trouble]  why that does not come
 * @param {(fields: Record<string, string>) => Promise<unknown>|unknown} props.onSubmit
 * @param {unknown} [props.children]
 */
export function FormDialog({ title, action, onClose, wide, awaiting = false, trouble = "", onSubmit, children }) {
  const { form, submit, busy, problem } = useSubmit(onSubmit, onClose, awaiting);
  const said = problem || trouble;
  return html`
    <${Dialog} title=${title} onClose=${onClose} wide=${wide}>
      <form
        ref=${form}
        class=${wide ? "form form-wide" : "form"}
        onSubmit=${submit}
        onKeyDown=${submitByKey}
        aria-busy=${busy || awaiting}
        novalidate=${awaiting}
      >
        ${children} ${said && html`<p class="notice notice-refused" role="alert">${said}</p>`}
        <div class="form-actions">
          <button type="button" class="button" onClick=${onClose}>${t("cancel")}</button>
          <button class="button button-primary" aria-disabled=${busy || undefined}>${action}</button>
        </div>
      </form>
    <//>
  `;
}

/** A form's ways to its server: sent once, however often it is asked to. Who has closed it before the answer is told of a refusal all the same.
 * @param {(fields: Record<string, string>) => Promise<unknown>|unknown} onSubmit
 * @param {() => void} onClose
 * @param {boolean} [awaiting] */
export function useSubmit(onSubmit, onClose, awaiting = false) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const { current: now } = useRef({ open: true, sending: false, wanted: false });
  useEffect(() => () => void (now.open = false), []);
  useEffect(() => {
    if (awaiting || !now.wanted) return;
    now.wanted = false;
    form.current?.requestSubmit();
  }, [awaiting]);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    if (awaiting) now.wanted = true;
    if (awaiting || now.sending) return;
    const fields = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)));
    now.sending = true;
    setBusy(true);
    try {
      await onSubmit(/** @type {Record<string, string>} */ (fields));
      if (now.open) onClose();
    } catch (error) {
      if (now.open) setProblem(refusalSentence(error));
      else sayRefusal(error);
    }
    now.sending = false;
    setBusy(false);
  };
  return { form, submit, busy, problem };
}

/** Ctrl+Enter says that it is done where Enter alone begins a new line.
 * @param {KeyboardEvent} event */
export function submitByKey(event) {
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
