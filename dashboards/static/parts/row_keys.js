/**
 * Keys that walk the rows of a view and press the buttons of the row that one stands on.
 *
 * A row says `data-row` and `tabindex="-1"`, its buttons `data-key` with the key that presses them. Where there is nothing to
 * be opened or done one does not stand.
 */

import { useKeys } from "./keys.js";

/** @param {{current: HTMLElement|null}} box  in which the rows are
 * @param {[string, string][]} deeds keys with the dictionary's key of what they do */
export function useRowKeys(box, deeds) {
  const rows = () => /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll("[data-row]:has(a[href], button)") ?? [])]);
  const here = () => /** @type {HTMLElement|null} */ (document.activeElement?.closest("[data-row]") ?? null);
  const step = (/** @type {number} */ by) => {
    const all = rows();
    const at = all.findIndex((row) => row === here());
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  };
  const press = (/** @type {string} */ what) => /** @type {HTMLElement|null} */ (here()?.querySelector(what) ?? null)?.click();
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    { keys: "Enter", label: "key.open", run: () => press("a[href]") },
    ...deeds.map(([keys, label]) => ({ keys, label, run: () => press(`[data-key="${keys}"]:not(:disabled)`) })),
  ]);
}
