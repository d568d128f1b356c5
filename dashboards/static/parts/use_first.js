/**
 * What is looked at where nobody chose yet: the first of a list, and the same one for as long as it stands there.
 */

import { useRef } from "/vendor/preact.js";

/** What overtakes it does not take its place: a key pressed and a form begun are about what was seen.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string} idOf
 * @returns {string} empty when there is none */
export function useFirst(items, idOf) {
  const kept = useRef("");
  if (!items.some((item) => idOf(item) === kept.current)) kept.current = items[0] ? idOf(items[0]) : "";
  return kept.current;
}
