/**
 * What is fetched for a view and fetched again every so often, or when something says that it changed.
 */

import { useCallback, useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { refusalSentence } from "../words/catalogue.js";
import { useAwaited } from "./keys.js";

/**
 * @template T
 * @typedef {{data: T|null, problem: string, again: () => Promise<void>}} Fetched  `problem`: why the last try failed
 */

/** The former answer stays until the next one is there; none is wanted while `path` is empty.
 * @template T
 * @param {string} path
 * @param {{everyMs?: number, on?: unknown, params?: import("/shared/lib/api.js").Params}} [options]  `on`: fetched anew when it is another
 * @returns {Fetched<T>} */
export function useFetched(path, { everyMs = 0, on = null, params = {} } = {}) {
  const [data, setData] = useState(/** @type {T|null} */ (null));
  const [problem, setProblem] = useState("");
  const last = useRef(/** @type {AbortController|null} */ (null));
  const asked = JSON.stringify([path, params]);
  const again = useCallback(async () => {
    last.current?.abort();
    if (!path) return;
    const mine = (last.current = new AbortController());
    try {
      const found = await get(path, params, mine.signal);
      if (mine.signal.aborted) return;
      setData(found);
      setProblem("");
    } catch (error) {
      if (!mine.signal.aborted) setProblem(refusalSentence(error));
    }
  }, [asked]);
  useEffect(() => {
    setData(null);
    return () => last.current?.abort();
  }, [asked]);
  useEffect(() => void again(), [again, on]);
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  useAwaited(Boolean(path) && !data && !problem);
  return { data, problem, again };
}
