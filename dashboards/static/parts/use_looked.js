/**
 * What is looked up for a view and looked up again every so often, or when something says that it changed.
 */

import { useEffect, useMemo, useState } from "/vendor/preact.js";
import { inTurn } from "/shared/lib/in_turn.js";
import { now } from "/shared/lib/time.js";
import { refusalSentence } from "../words/catalogue.js";

/**
 * @template T
 * @typedef {{data: T|null, at: number|null, problem: string, again: () => Promise<void>}} Looked  `at`: when that was answered; `problem`: why the last try failed
 */

/** The former answer stays until the next one is there, but never for something else: from the moment that other things
 * are wanted there is none.
 * @template T
 * @param {string} wanted  names what is looked up; "" for nothing
 * @param {(signal: AbortSignal) => Promise<T>} look
 * @param {{everyMs?: number, on?: unknown}} [options]  `everyMs`: while somebody sees the page; `on`: anew when it is another
 * @returns {Looked<T>} */
export function useLooked(wanted, look, { everyMs = 0, on = null } = {}) {
  const [held, setHeld] = useState(() => nothing(wanted));
  const { again, end } = useMemo(() => {
    const end = new AbortController();
    const hold = (/** @type {object} */ what) => end.signal.aborted || setHeld((before) => ({ ...of(wanted, before), ...what }));
    const once = async () => {
      if (!wanted || end.signal.aborted) return;
      await look(end.signal).then(
        (data) => hold({ data, at: now(), problem: "" }),
        (error) => hold({ problem: refusalSentence(error) }),
      );
    };
    return { again: inTurn(once), end };
  }, [wanted]);
  useEffect(() => () => end.abort(), [end]);
  useEffect(() => void again(), [again, on]);
  useEffect(() => (everyMs ? whileSeen(again, everyMs) : undefined), [again, everyMs]);
  const { data, at, problem } = of(wanted, held);
  return { data, at, problem, again };
}

/** @param {string} wanted
 * @returns {{wanted: string, data: any, at: number|null, problem: string}} */
function nothing(wanted) {
  return { wanted, data: null, at: null, problem: "" };
}

/** @param {string} wanted
 * @param {ReturnType<typeof nothing>} held */
function of(wanted, held) {
  return held.wanted === wanted ? held : nothing(wanted);
}

/** Now and then while the page is in view, and at once when it comes back into it.
 * @param {() => void} run
 * @param {number} everyMs
 * @returns {() => void} ends it */
function whileSeen(run, everyMs) {
  const timer = setInterval(() => document.hidden || run(), everyMs);
  const onSeen = () => document.hidden || run();
  document.addEventListener("visibilitychange", onSeen);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onSeen);
  };
}
