/** Fixes that wait for a connection: bounded, the oldest thinned first. */

import { thinned } from "../state/thin.js";
import { asked, rowsOf, work } from "./database.js";

/** @typedef {{at: string, latitude: number, longitude: number, accuracy: number}} KeptFix */

const MOST = 600;

/** @param {string} account @param {KeptFix} fix */
export function keepFix(account, fix) {
  return work(["positions"], "readwrite", async ({ positions }) => {
    await asked(positions.add({ account, fix }));
    const rows = await rowsOf(account)(positions);
    if (rows.length <= MOST) return;
    const left = new Set(thinned(rows, MOST));
    for (const row of rows) if (!left.has(row)) await asked(positions.delete(row.seq));
  });
}

/** @param {string} account @returns {Promise<{seq: number, fix: KeptFix}[]>} oldest first */
export function fixesOf(account) {
  return work(["positions"], "readonly", ({ positions }) => rowsOf(account)(positions));
}

/** @param {{seq: number}[]} rows */
export function dropFixes(rows) {
  return work(["positions"], "readwrite", async ({ positions }) => {
    for (const { seq } of rows) await asked(positions.delete(seq));
  });
}
