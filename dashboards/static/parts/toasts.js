/**
 * What was just done, in a line at the bottom: with undo where there is one; and what the server said against it.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { refusalSentence } from "../words/catalogue.js";
import { useKeys } from "./keys.js";

/** @typedef {{text: string, refused?: boolean, undo?: () => void}} Toast */
/** @typedef {Toast & {id: number}} Shown */

const SHOWN_MS = 8_000;
const MOST = 3;

/** @type {Set<(toast: Shown) => void>} */
const listeners = new Set();
let count = 0;

/** @param {Toast} toast */
export function say(toast) {
  const shown = { ...toast, id: count++ };
  for (const listener of listeners) listener(shown);
}

/** Says why something was refused.
 * @param {unknown} error */
export function sayRefusal(error) {
  say({ text: refusalSentence(error), refused: true });
}

/** The last thing done takes the place of the one before; what was refused is not hidden by what was done.
 * @param {Shown[]} shown
 * @param {Shown} toast */
function beside(shown, toast) {
  return [...shown.filter(({ refused, text }) => refused && text !== toast.text), toast].slice(-MOST);
}

export function Toasts() {
  const [shown, setShown] = useState(/** @type {Shown[]} */ ([]));
  useEffect(() => {
    const add = (/** @type {Shown} */ toast) => setShown((all) => beside(all, toast));
    listeners.add(add);
    return () => void listeners.delete(add);
  }, []);
  const drop = (/** @type {Shown} */ toast) => setShown((all) => all.filter(({ id }) => id !== toast.id));
  const undo = (/** @type {Shown} */ toast) => {
    toast.undo?.();
    drop(toast);
  };
  const done = shown.find((toast) => toast.undo);
  useKeys(done ? [{ keys: "u", label: "key.undo", run: () => undo(done) }] : []);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${shown.map((toast) => html`<${OneToast} key=${toast.id} toast=${toast} onUndo=${undo} onOver=${drop} />`)}
    </div>
  `;
}

/** @param {{toast: Shown, onUndo: (toast: Shown) => void, onOver: (toast: Shown) => void}} props */
function OneToast({ toast, onUndo, onOver }) {
  useEffect(() => {
    const timer = setTimeout(() => onOver(toast), SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<p class=${toast.refused ? "toast toast-refused" : "toast"}>
    <span>${toast.text}</span>
    ${toast.undo && html`<button class="button button-quiet" onClick=${() => onUndo(toast)}>${t("undo")} <kbd>u</kbd></button>`}
  </p>`;
}
