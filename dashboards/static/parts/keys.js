/**
 * The keyboard of a page: components lay their bindings on top of each other, and the help shows what is there.
 */

import { useLayoutEffect, useRef } from "/vendor/preact.js";
import { Keymap } from "../state/keymap.js";

/** @typedef {import("../state/keymap.js").Binding} Binding */

/** @type {{current: Binding[]}[]} the last one laid comes first */
const layers = [];
const keymap = new Keymap();

/** Binds keys for as long as the component is there.
 * @param {Binding[]} bindings */
export function useKeys(bindings) {
  const layer = useRef(bindings);
  layer.current = bindings;
  // not useEffect, which runs after the paint: what can be seen can be pressed
  useLayoutEffect(() => {
    layers.unshift(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** @returns {Binding[]} */
export function bindingsNow() {
  return layers.flatMap((layer) => layer.current);
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyping(event)) return;
    const found = keymap.press(event.key, Date.now(), bindingsNow());
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}

/** Whether the key belongs to what has the focus: a text, or a button that Enter presses. Escape leaves a text and means what it means outside.
 * @param {KeyboardEvent} event */
function isTyping(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  // the browser takes the focus out of a dialog that has closed only as it next lays out the page
  if (target.closest("dialog")) return false;
  const text = target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    if (text) target.blur();
    return false;
  }
  return text || (event.key === "Enter" && target.matches("a, button, summary"));
}
