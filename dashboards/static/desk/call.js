/**
 * One call: what was asked, the answer kept fresh, and the complaint once it is registered.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { get, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { sayRefusal } from "../parts/toasts.js";
import { parseAsk } from "../state/ask.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("./answer.js").Outage} Outage */
/** @typedef {import("../state/ask.js").Ask} Ask */
/** @typedef {import("../shapes.js").Complaint & {outage: Outage|null}} Registered */
/** @typedef {{outage: Outage|null, problem: string, busy: boolean, registered: Registered|null}} CallState */

const AGAIN_MS = 30_000;

/** @type {CallState} */
const NOTHING = { outage: null, problem: "", busy: false, registered: null };

/** @param {import("../state/board.js").Board} board */
export function useCall(board) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const [state, setState] = useState(NOTHING);
  const asked = useRef("");
  /** @param {Partial<CallState>} change */
  const note = (change) => setState((before) => ({ ...before, ...change }));
  /** @param {string} what */
  const ask = async (what) => {
    const question = parseAsk(what);
    if (!question) return;
    asked.current = what;
    setText(what);
    setState({ ...NOTHING, busy: true });
    const answer = await lookUp(question);
    if (asked.current === what) note({ ...answer, busy: false });
  };
  const register = async () => {
    const question = parseAsk(asked.current);
    if (!question || !state.outage || state.registered || state.busy) return;
    note({ busy: true });
    const registered = await post("/api/v1/complaints", complaintOf(question, state.outage, said)).catch(sayRefusal);
    if (registered) board.apply("complaint", registered);
    note(registered ? { registered, outage: registered.outage ?? state.outage, busy: false } : { busy: false });
  };
  const clear = () => {
    asked.current = "";
    setText("");
    setSaid("");
    setState(NOTHING);
  };
  useScreenPop(ask);
  useFreshAnswer(asked, Boolean(state.registered), note);
  return { ...state, text, setText, said, setSaid, ask, register, clear };
}

/** @typedef {ReturnType<typeof useCall>} Call */

/** @param {Ask} question
 * @returns {Promise<Partial<CallState>>} */
async function lookUp(question) {
  try {
    return { outage: await get("/api/v1/outage-context", question), problem: "" };
  } catch (error) {
    return { problem: refusalSentence(error) };
  }
}

/** What is registered: the customer found by the number, else what was asked for.
 * @param {Ask} question
 * @param {Outage} outage
 * @param {string} said */
function complaintOf(question, outage, said) {
  const customer = outage.customer ? { customer_id: outage.customer.id } : {};
  return { channel: "phone", text: said.trim() || t("desk.default_text"), ...question, ...customer };
}

/** The telephone system opens the desk with the caller's number: `/desk?phone=...`.
 * @param {(what: string) => Promise<void>} ask */
function useScreenPop(ask) {
  useEffect(() => void ask(new URLSearchParams(location.search).get("phone") ?? ""), []);
}

/** Looks again now and then, while the customer is on the line; a failure leaves what is shown.
 * @param {{current: string}} asked
 * @param {boolean} done
 * @param {(change: Partial<CallState>) => void} note */
function useFreshAnswer(asked, done, note) {
  useEffect(() => {
    const look = async () => {
      const what = asked.current;
      const question = parseAsk(what);
      const { outage } = question ? await lookUp(question) : NOTHING;
      if (outage && asked.current === what) note({ outage });
    };
    const timer = setInterval(() => void (done || look()), AGAIN_MS);
    return () => clearInterval(timer);
  }, [done]);
}
