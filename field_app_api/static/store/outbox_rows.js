/** The rows of the outbox: what waits, what was sent, what was set aside; in the order in which it was done. */

import { newKey } from "/shared/lib/api.js";
import { dependants } from "../state/verdict.js";
import { asked, rowsOf, work } from "./database.js";

/** @typedef {import("../types.js").Action} Action */
/** @typedef {import("../types.js").Item} Item */
/** @typedef {import("../types.js").Refusal} Refusal */

/** @param {string} account @returns {Promise<Item[]>} */
export function itemsOf(account) {
  return work(["outbox"], "readonly", ({ outbox }) => rowsOf(account)(outbox));
}

/** @param {string} account @param {Action} action */
export function keepItem(account, action) {
  return work(["outbox"], "readwrite", ({ outbox }) => asked(outbox.add(newItem(account, action, newKey()))));
}

/** @param {Item} item */
export function markSent(item) {
  return change(item.seq, (row) => ({ ...row, state: "sent", sent_at: Date.now() }));
}

/** @param {Item} item */
export function markTried(item) {
  return change(item.seq, (row) => ({ ...row, tries: row.tries + 1 }));
}

/**
 * Sets an item aside, and with it those that need it.
 * @param {Item} item
 * @param {Omit<Refusal, "because">} refusal
 */
export function setAside(item, refusal) {
  return work(["outbox"], "readwrite", async ({ outbox }) => {
    const items = await rowsOf(item.account)(outbox);
    await asked(outbox.put({ ...item, state: "aside", refusal: { ...refusal, because: null } }));
    for (const later of dependants(items, item)) {
      await asked(outbox.put({ ...later, state: "aside", refusal: { ...refusal, because: item.seq } }));
    }
  });
}

/** Sends it again, with those that were set aside with it: under new keys, for the old ones are answered. @param {Item} item */
export function sendAgain(item) {
  return work(["outbox"], "readwrite", async ({ outbox }) => {
    for (const row of await rowsOf(item.account)(outbox)) {
      if (row.seq !== item.seq && row.refusal?.because !== item.seq) continue;
      await asked(outbox.put({ ...row, key: newKey(), state: "waiting", tries: 0, refusal: null }));
    }
  });
}

/** @param {Item} item with those that were set aside with it */
export function discard(item) {
  return work(["outbox"], "readwrite", async ({ outbox }) => {
    for (const row of await rowsOf(item.account)(outbox)) {
      if (row.seq === item.seq || row.refusal?.because === item.seq) await asked(outbox.delete(row.seq));
    }
  });
}

/** @param {number} seq @param {(row: Item) => Item} changed */
function change(seq, changed) {
  return work(["outbox"], "readwrite", async ({ outbox }) => {
    const row = await asked(outbox.get(seq));
    if (row) await asked(outbox.put(changed(row)));
  });
}

/**
 * Takes over what an earlier version of this page kept in localStorage, under the same keys: once, also from two tabs.
 * @param {string} account
 */
export async function takeOver(account) {
  const store = `guywire.outbox.${account}`;
  /** @type {{path: string, body: object, key: string}[]} */
  const old = JSON.parse(localStorage.getItem(store) ?? "[]");
  if (old.length > 0) {
    await work(["outbox"], "readwrite", async ({ outbox }) => {
      for (const { path, body, key } of old) {
        if (await asked(outbox.index("key").get(key))) continue;
        const order = path.split("/")[4] ?? "";
        const action = { kind: /** @type {const} */ ("transition"), path, body, order, chain: `order:${order}`, urgent: false };
        await asked(outbox.add(newItem(account, action, key)));
      }
    });
  }
  localStorage.removeItem(store);
}

/** @param {string} account @param {Action} action @param {string} key @returns {Omit<Item, "seq">} */
function newItem(account, action, key) {
  const at = new Date().toISOString();
  return { ...action, account, key, at, state: "waiting", sent_at: 0, tries: 0, refusal: null };
}
