/** The photos on this phone: those that wait, and those that were sent and can still be looked at without a connection. */

import { asked, rowsOf, work } from "./database.js";

/** @typedef {import("../types.js").KeptPhoto} KeptPhoto */

/** @param {string} account @returns {Promise<KeptPhoto[]>} oldest first */
export async function photosOf(account) {
  const rows = await work(["photos"], "readonly", ({ photos }) => rowsOf(account)(photos));
  return rows.sort((one, other) => one.at.localeCompare(other.at));
}

/** Rejects with QuotaExceededError when the phone has no room. @param {KeptPhoto} photo */
export function keepPhoto(photo) {
  return work(["photos"], "readwrite", ({ photos }) => asked(photos.put(photo)));
}

/** @param {KeptPhoto} photo */
export function dropPhoto(photo) {
  return work(["photos"], "readwrite", ({ photos }) => asked(photos.delete(photo.id)));
}
