/**
 * What a page begins with (docs/api.md, live feed): whole collections as lines of columns, made into objects as they come.
 *
 *   const seq = await readSnapshot(["alarm", "site"], {
 *     onBegin: (line) => ...,            // {epoch, seq, now, topics}: the feeds' numbers as of this
 *     onRows: (name, rows) => ...,       // a piece of a collection; the most urgent alarms come first
 *     signal,
 *   });
 *   lean(object)                         // repeated texts of an object become one text
 */

import { refused } from "/shared/lib/api.js";

/** @typedef {{epoch: string, seq: Record<string, number>, now: string, topics: string[]}} Beginning */
/** @typedef {{collection: string, count: number, same: Record<string, any>, columns: Record<string, any[]>}} Piece */
/** @typedef {{onBegin: (line: Beginning) => void, onRows: (name: string, rows: any[]) => void, signal: AbortSignal}} Hearer */

const MOST_POOLED = 20_000;
const STALLED_MS = 30_000;
const NOTHING = Object.freeze({});

/** Rejects when the answer is refused, breaks off, says nothing more for half a minute, or the signal says so.
 * @param {string[]} names
 * @param {Hearer} hearer */
export async function readSnapshot(names, hearer) {
  const path = `/api/v1/live/snapshot?collections=${names.join(",")}`;
  const line = new Line();
  try {
    const signal = AbortSignal.any([hearer.signal, line.signal]);
    const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal });
    if (!response.ok || !response.body) throw await refused(response);
    await hearLines(response.body, hearer, line);
  } finally {
    line.close();
  }
}

/** @param {ReadableStream<Uint8Array>} body
 * @param {Hearer} hearer
 * @param {Line} line */
async function hearLines(body, hearer, line) {
  const pool = new Map();
  let ended = false;
  for await (const text of linesOf(body, line)) {
    const said = JSON.parse(text);
    if (said.end) ended = true;
    else if (said.collection) hearer.onRows(said.collection, rowsOf(said, pool));
    else hearer.onBegin(said);
  }
  if (!ended) throw new TypeError("the snapshot broke off");
}

/** Given up when nothing comes over it any more: a connection whose other end is gone would be waited for forever. */
class Line {
  constructor() {
    this.end = new AbortController();
    this.timer = 0;
    this.heard();
  }

  get signal() {
    return this.end.signal;
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.end.abort(), STALLED_MS);
  }

  close() {
    clearTimeout(this.timer);
  }
}

/** The objects of a piece. They are copies of one that has every column, so the browser keeps all in one shape, without
 * the names; and a text that many of them hold is held once.
 * @param {Piece} piece
 * @param {Map<string, string>} pool
 * @returns {any[]} */
export function rowsOf({ count, same, columns }, pool) {
  const names = Object.keys(columns);
  const filled = Object.fromEntries(names.map((name) => [name, null]));
  // parsed, because only what is made at once is kept compact
  const pattern = JSON.parse(JSON.stringify({ ...same, ...filled }));
  for (const name of Object.keys(same)) pattern[name] = pooled(pattern[name], pool);
  const rows = Array.from({ length: count }, () => ({ ...pattern }));
  for (const name of names) {
    const values = /** @type {any[]} */ (columns[name]);
    for (let n = 0; n < count; n += 1) rows[n][name] = pooled(values[n], pool);
  }
  return rows;
}

/** @type {Map<string, string>} what changes have in common with each other */
let seen = new Map();

/** Makes the texts of an object those that are known already, so that a day of changes costs no more than its news.
 * @template {Record<string, any>} T
 * @param {T} object
 * @returns {T} the same */
export function lean(object) {
  if (seen.size > MOST_POOLED) seen = new Map();
  for (const name in object) object[name] = pooled(object[name], seen);
  return object;
}

/** @param {any} value
 * @param {Map<string, string>} pool */
function pooled(value, pool) {
  if (typeof value !== "string") return isEmpty(value) ? NOTHING : value;
  const known = pool.get(value);
  if (known !== undefined) return known;
  pool.set(value, value);
  return value;
}

/** @param {any} value */
function isEmpty(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  for (const _ in value) return false;
  return true;
}

/** @param {ReadableStream<Uint8Array>} body
 * @param {Line} line
 * @returns {AsyncGenerator<string>} */
async function* linesOf(body, line) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    line.heard();
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = /** @type {string} */ (lines.pop());
    yield* lines;
  }
}
