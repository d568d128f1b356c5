/**
 * All that a tenant sees, asked for every fifteen seconds while somebody looks, and at once after what was just said.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { now } from "/shared/lib/time.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_tenant.js").Picture} Picture */

const EVERY_MS = 15_000;

/** @returns {{picture: Picture|null, asOf: number|null, problem: string, look: () => Promise<void>}} */
export function usePicture() {
  const [picture, setPicture] = useState(/** @type {Picture|null} */ (null));
  const [asOf, setAsOf] = useState(/** @type {number|null} */ (null));
  const [problem, setProblem] = useState("");
  const here = useRef({ alive: true });
  const look = async () => {
    try {
      const found = await fetchPicture();
      if (!here.current.alive) return;
      setPicture(found);
      setAsOf(now());
      setProblem("");
    } catch (error) {
      if (here.current.alive) setProblem(refusalSentence(error));
    }
  };
  useEffect(() => {
    void look();
    const timer = setInterval(() => document.hidden || void look(), EVERY_MS);
    return () => {
      here.current.alive = false;
      clearInterval(timer);
    };
  }, []);
  return { picture, asOf, problem, look };
}

/** @returns {Promise<Picture>} */
async function fetchPicture() {
  const items = async (/** @type {string} */ path) => (await get(`/api/v1/tenant/${path}`)).items;
  const [sites, outages, works, reports, consents, tickets, categories] = await Promise.all([
    get("/api/v1/tenant/sites"),
    items("outages"),
    items("works"),
    items("fault-reports"),
    items("consents"),
    items("tickets"),
    items("fault-categories"),
  ]);
  return { sites, outages, works, reports, consents, tickets, categories };
}
