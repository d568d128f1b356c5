/**
 * One call: who was asked about, the answer kept fresh, what is taken down, and the complaint once it is registered.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { get, newKey } from "/shared/lib/api.js";
import { now } from "/shared/lib/time.js";
import { parseAsk, popOf } from "../state/ask.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_desk.js").Outage} Outage */
/** @typedef {import("../state/shapes_desk.js").Customer} Customer */
/** @typedef {import("../state/shapes_desk.js").Complaint} Complaint */
/** @typedef {import("../state/shapes_desk.js").Heat} Heat */
/** @typedef {import("../state/ask.js").Ask} Ask */
/**
 * @typedef {object} CallState
 * @property {Ask|null} about  what was asked
 * @property {Outage|null} outage
 * @property {Customer|null} customer
 * @property {number} asOf  when the answer was heard last, epoch milliseconds
 * @property {string} problem
 * @property {boolean} busy
 * @property {string} said  the customer's words
 * @property {string} category  as the agent chose it; empty: as guessed
 * @property {Heat} heat
 * @property {Record<string, string>} answers
 * @property {boolean} wish  to be called back
 * @property {Complaint|null} complaint  registered, or the open one to which the call was added
 * @property {boolean} urged
 * @property {string} key  of the registration: pressed twice, it is registered once
 */

const AGAIN_MS = 30_000;

/** @returns {CallState} */
function nothing() {
  return {
    about: null, outage: null, customer: null, asOf: 0, problem: "", busy: false, said: "", category: "", heat: "calm",
    answers: {}, wish: false, complaint: null, urged: false, key: newKey(),
  };
}

export function useCall() {
  const [pop, setPop] = useState(popOf(location.search));
  const [text, setText] = useState(pop.text);
  const [since, setSince] = useState(0);
  const [state, setState] = useState(nothing);
  const latest = useRef(state);
  latest.current = state;
  /** @param {Partial<CallState>} change */
  const note = (change) => setState((latest.current = { ...latest.current, ...change }));
  /** What comes to one question only: with the next one the call may be another's.
   * @param {Ask} about */
  const noteOn = (about) => (/** @type {Partial<CallState>} */ change) => void (latest.current.about === about && note(change));
  /** @param {Ask} what */
  const askFor = async (what) => {
    setSince((before) => before || now());
    const { said, heat } = latest.current;
    setState((latest.current = { ...nothing(), said, heat, about: what, busy: true }));
    await lookUp(what, noteOn(what));
  };
  /** @param {string} typed */
  const ask = async (typed) => {
    const question = parseAsk(typed);
    if (!question) return;
    setText(typed);
    await askFor(question);
  };
  const clear = () => {
    setText("");
    setSince(0);
    setPop(popOf(""));
    setState((latest.current = nothing()));
    history.replaceState(null, "", location.pathname);
  };
  useEffect(() => void (pop.ask && askFor(pop.ask)), []);
  useFreshAnswer(latest, note);
  return { ...state, pop, text, setText, since, note, noteOn, ask, askFor, clear, latest };
}

/** @typedef {ReturnType<typeof useCall>} Call */

/** The answer as soon as it is there, then who it is: the first need not wait for the second.
 * @param {Ask} ask
 * @param {(change: Partial<CallState>) => void} note */
async function lookUp(ask, note) {
  try {
    const outage = await get("/api/v1/outage-context", { ...ask });
    note({ outage, asOf: now(), busy: false, problem: "" });
    if (!outage.customer) return;
    const customer = await get(`/api/v1/customers/${encodeURIComponent(outage.customer.id)}`).catch(() => null);
    note({ customer });
  } catch (error) {
    note({ problem: refusalSentence(error), busy: false });
  }
}

/** Looks again now and then, while the customer is on the line; a failure leaves what is shown, which then grows old.
 * @param {{current: CallState}} latest
 * @param {(change: Partial<CallState>) => void} note */
function useFreshAnswer(latest, note) {
  useEffect(() => {
    const look = async () => {
      const { about, outage } = latest.current;
      if (!about || !outage) return;
      const fresh = await get("/api/v1/outage-context", { ...about }).catch(() => null);
      if (fresh && latest.current.about === about) note({ outage: fresh, asOf: now() });
    };
    const timer = setInterval(look, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
}

/** What the box is asked: found by its beginning where it is neither a number nor a place.
 * @param {string} text
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("../state/shapes_desk.js").Found[]>} */
export async function find(text, signal) {
  if (!text.trim()) return [];
  return (await get("/api/v1/desk/search", { text: text.trim() }, signal)).items;
}
