/**
 * The incident with all that hangs on it, fetched anew when something of it has moved, but never twice in a breath.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { useAwaited } from "../parts/keys.js";
import { refusalSentence } from "../words/catalogue.js";

const REST_MS = 1_000;

/** A storm changes an incident many times a second: one request at a time, then a rest, then what has come since.
 * @param {string} id
 * @param {string} versions
 * @returns {{fetched: any, problem: string, fetchAnew: () => Promise<any>}} `fetchAnew` throws what the server says */
export function useIncident(id, versions) {
  const [fetched, setFetched] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState("");
  const here = useRef({ alive: true, last: -Infinity, timer: 0, busy: false, again: false });
  const fetchAnew = async () => {
    const found = await get(`/api/v1/incidents/${encodeURIComponent(id)}`);
    if (here.current.alive) setFetched(found);
    return found;
  };
  const look = async () => {
    const state = here.current;
    state.busy = true;
    state.again = false;
    await fetchAnew()
      .then(() => setProblem(""))
      .catch((error) => state.alive && setProblem(refusalSentence(error)));
    state.busy = false;
    state.last = performance.now();
    if (state.again) plan();
  };
  const plan = () => {
    const state = here.current;
    clearTimeout(state.timer);
    const rest = Math.max(0, state.last + REST_MS - performance.now());
    if (state.busy) state.again = true;
    else state.timer = window.setTimeout(() => state.alive && void look(), rest);
  };
  useAwaited(!fetched && !problem);
  useEffect(plan, [id, versions]);
  useEffect(
    () => () => {
      here.current.alive = false;
      clearTimeout(here.current.timer);
    },
    [],
  );
  return { fetched, problem, fetchAnew };
}
