/** The day as the server last told it, kept for when it cannot be asked. */

import { asked, work } from "./database.js";

/** @typedef {import("../types.js").Day} Day */
/** @typedef {import("../types.js").KeptProcedures} KeptProcedures */

/**
 * @param {string} account
 * @returns {Promise<{day: Day, etag: string, asOf: number} | null>}
 */
export async function keptDay(account) {
  return (await work(["days"], "readonly", ({ days }) => asked(days.get(account)))) ?? null;
}

/**
 * Keeps the day and lets go of the sent items that it knows of: those sent before it was asked for.
 * @param {string} account
 * @param {import("../net/day_news.js").Known} known
 * @param {number} askedAt
 */
export async function keepDay(account, { day, etag }, askedAt) {
  await work(["days", "outbox", "photos"], "readwrite", async ({ days, outbox, photos }) => {
    await asked(days.put({ account, day, etag, asOf: Date.now() }));
    for (const item of await asked(outbox.index("account").getAll(account))) {
      if (item.state === "sent" && item.sent_at < askedAt) await asked(outbox.delete(item.seq));
    }
    const orders = new Set(day.orders.map((order) => order.id));
    for (const photo of await asked(photos.index("account").getAll(account))) {
      if (photo.state === "sent" && !orders.has(photo.order)) await asked(photos.delete(photo.id));
    }
  });
}

/** @param {string} account */
export function forgetDay(account) {
  return work(["days"], "readwrite", async ({ days }) => {
    await asked(days.delete(account));
    await asked(days.delete(procedureKey(account)));
  });
}

/** The procedures of the day's orders, in a row of their own beside the day. @param {string} account
 * @returns {Promise<Record<string, KeptProcedures>>} by order */
export async function keptProcedures(account) {
  const row = await work(["days"], "readonly", ({ days }) => asked(days.get(procedureKey(account))));
  return row?.procedures ?? {};
}

/** @param {string} account @param {Record<string, KeptProcedures>} procedures */
export function keepProcedures(account, procedures) {
  return work(["days"], "readwrite", ({ days }) => asked(days.put({ account: procedureKey(account), procedures })));
}

/** @param {string} account  no account's name has a space */
function procedureKey(account) {
  return `${account} procedures`;
}
