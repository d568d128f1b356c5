/**
 * What is fetched from our API for a view (see use_looked.js); keys that are pressed meanwhile wait for it.
 */

import { get, getKept } from "/shared/lib/api.js";
import { useAwaited } from "./keys.js";
import { useLooked } from "./use_looked.js";

/** @typedef {import("/shared/lib/api.js").Params} Params */

/** None is wanted while `path` is empty.
 * @template T
 * @param {string} path
 * @param {{everyMs?: number, on?: unknown, params?: Params, kept?: boolean}} [options]  `kept`: the browser may keep it and ask
 *   whether it still holds; the others as of `useLooked`
 * @returns {import("./use_looked.js").Looked<T>} */
export function useFetched(path, { params = {}, kept = false, ...when } = {}) {
  const fetched = (/** @type {AbortSignal} */ signal) => (kept ? getKept(path, signal) : get(path, params, signal));
  const looked = useLooked(path && JSON.stringify([path, params]), fetched, when);
  useAwaited(Boolean(path) && !looked.data && !looked.problem);
  return looked;
}
