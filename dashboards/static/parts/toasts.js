/**
 * What was just done, in one line at the bottom: with undo where there is one, and what the server said against it.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { refusalSentence } from "../words/catalogue.js";
import { useKeys } from "./keys.js";

/** @typedef {{text: string, refused?: boolean, undo?: () => void}} Toast */

const SHOWN_MS = 8_000;

/** @type {Set<(toast: Toast|null) => void>} */
const listeners = new Set();

/** @param {Toast} toast */
export function say(toast) {
  for (const listener of listeners) listener(toast);
}

/** Says why something was refused.
 * @param {unknown} error */
export function sayRefusal(error) {
  say({ text: refusalSentence(error), refused: true });
}

export function Toasts() {
  const [toast, setToast] = useState(/** @type {Toast|null} */ (null));
  useEffect(() => {
    listeners.add(setToast);
    return () => void listeners.delete(setToast);
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => setToast(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const undo = () => {
    toast?.undo?.();
    setToast(null);
  };
  useKeys(toast?.undo ? [{ keys: "u", label: "key.undo", run: undo }] : []);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${
        toast &&
        html`<p class=${toast.refused ? "toast toast-refused" : "toast"}>
          <span>${toast.text}</span>
          ${toast.undo && html`<button class="button button-quiet" onClick=${undo}>${t("undo")} <kbd>u</kbd></button>`}
        </p>`
      }
    </div>
  `;
}
