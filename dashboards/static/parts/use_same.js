/**
 * Keeps the former list or map while the new one holds the very same things, so that what is drawn from it stands still.
 */

import { useRef } from "/vendor/preact.js";

/** @template {unknown[]|ReadonlyMap<string, unknown>} T
 * @param {T} made
 * @returns {T} */
export function useSame(made) {
  const kept = useRef(made);
  const [now, before] = [made, kept.current].map((one) => [...one.values()]);
  const same = now?.length === before?.length && now?.every((item, n) => item === before?.[n]);
  if (!same) kept.current = made;
  return kept.current;
}
