/**
 * The keyboard of a page: components lay their bindings on top of each other, and the help shows what is there.
 *
 * Who knows the keys types faster than a view arrives: what nothing knows yet is kept until it has come.
 */

import { useLayoutEffect, useRef } from "/vendor/preact.js";
import { Keymap } from "../state/keymap.js";
import { KeptKeys } from "../state/kept_keys.js";

/** @typedef {import("../state/keymap.js").Binding} Binding */

/** @type {{current: Binding[]}[]} the last one laid comes first */
const layers = [];
const keymap = new Keymap();
const kept = new KeptKeys();
let awaited = 0;

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

/** Says that something is on the way which may bind keys: a module, or the first answer to what a view shows.
 * @param {boolean} waiting */
export function useAwaited(waiting) {
  useLayoutEffect(() => {
    if (!waiting) return undefined;
    awaited++;
    return () => void awaited--;
  }, [waiting]);
}

/** @returns {Binding[]} */
export function bindingsNow() {
  return layers.flatMap((layer) => layer.current);
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isAsking() || isTyping(event)) return;
    if (event.key === "Escape") kept.clear();
    const found = kept.isEmpty ? keymap.press(event.key, Date.now(), bindingsNow()) : null;
    if (found) found.run();
    else if (!keymap.first && isKept(event.key)) keep(event.key);
    else return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", () => kept.clear());
}

function isAsking() {
  return document.querySelector("dialog[open]") !== null;
}

/** Whether a key that means nothing yet may come to mean something; Tab and its like are the browser's own.
 * @param {string} key */
function isKept(key) {
  return (awaited > 0 || !kept.isEmpty) && /^(\S|Enter|Arrow\w+)$/.test(key);
}

/** @param {string} key */
function keep(key) {
  const isPlaying = !kept.isEmpty;
  kept.keep(key, Date.now());
  if (!isPlaying) requestAnimationFrame(play);
}

/** One kept key a frame, so that what it opens stands before the next one; a dialog takes what follows for itself. */
function play() {
  if (isAsking()) kept.clear();
  kept.next(keymap, bindingsNow(), awaited > 0, Date.now())?.run();
  if (!kept.isEmpty) requestAnimationFrame(play);
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
