/**
 * What is fetched for a view and fetched again every so often, or when something says that it changed.
 */

import { useEffect, useMemo, useState } from "/vendor/preact.js";
import { get, getKept } from "/shared/lib/api.js";
import { inTurn } from "/shared/lib/in_turn.js";
import { refusalSentence } from "../words/catalogue.js";
import { useAwaited } from "./keys.js";

/**
 * @template T
 * @typedef {{data: T|null, problem: string, again: () => Promise<void>}} Fetched  `problem`: why the last try failed
 */

/** The former answer stays until the next one is there; none is wanted while `path` is empty.
 * @template T
 * @param {string} path
 * @param {{everyMs?: number, on?: unknown, params?: import("/shared/lib/api.js").Params, kept?: boolean}} [options]  `on`: fetched anew when it is another; `kept`: the
 *   browser may keep it and ask whether it still holds
 * @returns {Fetched<T>} */
export function useFetched(path, { everyMs = 0, on = null, params = {}, kept = false } = {}) {
  const [data, setData] = useState(/** @type {T|null} */ (null));
  const [problem, setProblem] = useState("");
  const asked = JSON.stringify([path, params]);
  const { again, end } = useMemo(() => {
    const end = new AbortController();
    const look = async () => {
      if (!path || end.signal.aborted) return;
      try {
        const found = await (kept ? getKept(path, end.signal) : get(path, params, end.signal));
        if (end.signal.aborted) return;
        setData(found);
        setProblem("");
      } catch (error) {
        if (!end.signal.aborted) setProblem(refusalSentence(error));
      }
    };
    return { again: inTurn(look), end };
  }, [asked]);
  useEffect(() => {
    setData(null);
    setProblem("");
    return () => end.abort();
  }, [end]);
  useEffect(() => void again(), [again, on]);
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  useAwaited(Boolean(path) && !data && !problem);
  return { data, problem, again };
}
