/**
 * Copying what is to be said or sent; where the browser refuses, the text is marked and the keyboard copies it.
 */

import { t } from "/shared/lib/i18n.js";
import { say } from "../parts/toasts.js";

/** @param {string} text
 * @param {{current: Element|null}} shown  where it stands on the page */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text); // there is no clipboard on a page that came over plain HTTP
    say({ text: t("desk.copied") });
  } catch {
    if (shown.current) getSelection()?.selectAllChildren(shown.current);
    say({ text: t("desk.not_copied"), refused: true });
  }
}
