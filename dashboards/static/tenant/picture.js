/**
 * All that a tenant sees, asked for every fifteen seconds while somebody looks, and at once after what was just said.
 */

import { get } from "/shared/lib/api.js";
import { useLooked } from "../parts/use_looked.js";

/** @typedef {import("../state/shapes_tenant.js").Picture} Picture */

const EVERY_MS = 15_000;

/** @returns {import("../parts/use_looked.js").Looked<Picture>} */
export function usePicture() {
  return useLooked("picture", fetchPicture, { everyMs: EVERY_MS });
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
