/**
 * What the technician did, kept until the server has answered: in order, one key each, so that a lost reply costs nothing.
 *
 *   const outbox = new Outbox(onChange, onRefused);
 *   outbox.put(path, body);     // shown as done at once by the caller; sent now or when the connection is back
 *   outbox.size
 *
 * Kept in localStorage: a reload loses nothing. A refusal takes the item out and is told to `onRefused`.
 */

import { ApiError, newKey, post } from "/shared/lib/api.js";

/** @typedef {{path: string, body: object, key: string}} Item */

const KEY = "guywire.outbox";
const RETRY_MS = 4000;

export class Outbox {
  /**
   * @param {string} account one technician's actions are never sent in another's session
   * @param {() => void} onChange
   * @param {(item: Item, error: ApiError) => void} onRefused
   */
  constructor(account, onChange, onRefused) {
    this.store = `${KEY}.${account}`;
    this.onChange = onChange;
    this.onRefused = onRefused;
    /** @type {Item[]} */
    this.items = JSON.parse(localStorage.getItem(this.store) ?? "[]");
    this.sending = false;
    this.timer = setInterval(() => void this.flush(), RETRY_MS);
    this.wake = () => void this.flush();
    addEventListener("online", this.wake);
    addEventListener("visibilitychange", this.wake);
  }

  close() {
    clearInterval(this.timer);
    removeEventListener("online", this.wake);
    removeEventListener("visibilitychange", this.wake);
  }

  get size() {
    return this.items.length;
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  put(path, body) {
    this.items.push({ path, body, key: newKey() });
    this.keep();
    return this.flush();
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.items.length) {
        const item = this.items[0];
        try {
          await post(item.path, item.body, { key: item.key });
        } catch (error) {
          if (!(error instanceof ApiError) || willPass(error)) break;
          this.onRefused(item, error);
        }
        this.items.shift();
        this.keep();
      }
    } finally {
      this.sending = false;
      this.onChange();
    }
  }

  keep() {
    localStorage.setItem(this.store, JSON.stringify(this.items));
    this.onChange();
  }
}

/** No connection, a session or its word to renew, or a server that is not well: try again. @param {ApiError} error */
function willPass(error) {
  if (error.reason.startsWith("csrf_")) return true;
  return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}
