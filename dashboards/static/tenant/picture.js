/**
 * All that a tenant sees, asked for every fifteen seconds while somebody looks, and at once after what was just said.
 */

import { useEffect, useMemo, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { inTurn } from "/shared/lib/in_turn.js";
import { now } from "/shared/lib/time.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_tenant.js").Picture} Picture */

const EVERY_MS = 15_000;

/** @returns {{picture: Picture|null, asOf: number|null, problem: string, look: () => Promise<void>}} */
export function usePicture() {
  const [picture, setPicture] = useState(/** @type {Picture|null} */ (null));
  const [asOf, setAsOf] = useState(/** @type {number|null} */ (null));
  const [problem, setProblem] = useState("");
  const { look, end } = useMemo(() => {
    const end = new AbortController();
    const once = async () => {
      try {
        const found = await fetchPicture(end.signal);
        if (end.signal.aborted) return;
        setPicture(found);
        setAsOf(now());
        setProblem("");
      } catch (error) {
        if (!end.signal.aborted) setProblem(refusalSentence(error));
      }
    };
    return { look: inTurn(once), end };
  }, []);
  useEffect(() => {
    void look();
    const timer = setInterval(() => document.hidden || void look(), EVERY_MS);
    return () => {
      end.abort();
      clearInterval(timer);
    };
  }, []);
  return { picture, asOf, problem, look };
}

/** @param {AbortSignal} signal
 * @returns {Promise<Picture>} */
async function fetchPicture(signal) {
  const items = async (/** @type {string} */ path) => (await get(`/api/v1/tenant/${path}`, {}, signal)).items;
  const [sites, outages, works, reports, consents, tickets, categories] = await Promise.all([
    get("/api/v1/tenant/sites", {}, signal),
    items("outages"),
    items("works"),
    items("fault-reports"),
    items("consents"),
    items("tickets"),
    items("fault-categories"),
  ]);
  return { sites, outages, works, reports, consents, tickets, categories };
}
