/**
 * Sends what waits: one at a time across all tabs, small things before photos, again until the server has answered.
 *
 *   const sender = new Sender(account, { changed, signedOut, reached });
 *   sender.hurry();     // something new waits
 *   sender.soon();      // the line may be back
 *
 * A lost answer costs nothing: the same key goes out again. A hung request frees the lock by its own time-out.
 */

import { ApiError, post, put } from "/shared/lib/api.js";
import { waitMs } from "./backoff.js";
import { verdictOn, nextItem } from "../state/verdict.js";
import { itemsOf, markSent, markTried, setAside } from "../store/outbox_rows.js";
import { keepPhoto, photosOf } from "../store/photo_rows.js";

/** @typedef {import("../types.js").Item} Item */
/** @typedef {import("../types.js").KeptPhoto} KeptPhoto */
/** @typedef {{changed: () => void, reached: (yes: boolean) => void, signedOut: () => void}} Told */

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 60_000;
/** @type {Promise<void>} */
let turn = Promise.resolve();

export class Sender {
  /** @param {string} account @param {Told} told */
  constructor(account, told) {
    this.account = account;
    this.told = told;
    this.failures = 0;
    this.timer = 0;
    this.asking = false;
    this.end = new AbortController();
    /** Of the photo that is being sent. @type {AbortController | null} */
    this.photo = null;
    const { signal } = this.end;
    addEventListener("online", () => this.soon(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.soon(), { signal });
  }

  close() {
    this.end.abort();
    clearTimeout(this.timer);
  }

  /** The line may be back: forget how long it was away. */
  soon() {
    this.failures = 0;
    this.wake();
  }

  /** Something small was done: it does not wait behind a photo, which begins anew after it. */
  hurry() {
    this.photo?.abort();
    this.wake();
  }

  wake() {
    clearTimeout(this.timer);
    if (this.asking || this.end.signal.aborted) return;
    this.asking = true;
    void alone(`guywire.outbox.${this.account}`, this.end.signal, async () => {
      this.asking = false;
      await this.sendAll();
    }).catch(() => {
      this.asking = false; // closed while it waited for its turn
    });
  }

  async sendAll() {
    while (!this.end.signal.aborted) {
      const next = await this.next();
      if (!next) return;
      const passed = await this.sendOne(next);
      this.told.changed();
      if (passed) continue;
      this.later();
      return;
    }
  }

  /** @returns {Promise<(() => Sending) | null>} */
  async next() {
    const item = nextItem(await itemsOf(this.account));
    if (item) return () => ofItem(item);
    const photo = (await photosOf(this.account)).find(({ state }) => state === "waiting");
    return photo ? () => ofPhoto(photo) : null;
  }

  /** Whether the next one may go: this one was sent or set aside. @param {() => Sending} next */
  async sendOne(next) {
    const sending = next();
    this.photo = sending.small ? null : new AbortController();
    const signal = this.photo ? AbortSignal.any([this.end.signal, this.photo.signal]) : this.end.signal;
    try {
      await sending.send(this.account, signal);
    } catch (error) {
      if (this.photo?.signal.aborted) return true;
      if (!(error instanceof ApiError)) return false; // this page is closing, or could not even ask
      return this.refused(sending, error);
    }
    this.failures = 0;
    this.told.reached(true);
    await sending.sent();
    return true;
  }

  /** @param {Sending} sending @param {ApiError} error */
  async refused(sending, error) {
    this.told.reached(error.status !== 0);
    const verdict = verdictOn(error, sending.tries);
    if (verdict === "aside") {
      await sending.aside({ status: error.status, reason: error.reason, message: error.message });
      return true;
    }
    if (verdict === "broke") await sending.broke();
    if (error.status === 401) this.told.signedOut();
    return false;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.wake(), waitMs(FIRST_RETRY_MS, LAST_RETRY_MS, this.failures++));
  }
}

/**
 * @typedef {{small: boolean, tries: number, send: (as: string, signal: AbortSignal) => Promise<unknown>, sent: () => Promise<unknown>,
 *   broke: () => Promise<unknown>, aside: (refusal: {status: number, reason: string, message: string}) => Promise<unknown>
 * }} Sending
 */

/** @param {Item} item @returns {Sending} */
function ofItem(item) {
  return {
    small: true,
    tries: item.tries,
    send: (as, signal) => post(item.path, item.body, { key: item.key, as, signal }),
    sent: () => markSent(item),
    broke: () => markTried(item),
    aside: (refusal) => setAside(item, refusal),
  };
}

/** @param {KeptPhoto} photo @returns {Sending} */
function ofPhoto(photo) {
  const about = new URLSearchParams({ work_order: photo.order, kind: photo.kind, name: photo.name, at: photo.at });
  return {
    small: false,
    tries: photo.tries,
    send: (as, signal) => put(`/api/v1/photos/${photo.id}?${about}`, photo.blob, { as, signal }),
    sent: () => keepPhoto({ ...photo, state: "sent" }),
    broke: () => keepPhoto({ ...photo, tries: photo.tries + 1 }),
    aside: (refusal) => keepPhoto({ ...photo, state: "aside", refusal: { ...refusal, because: null } }),
  };
}

/**
 * Under a lock that all tabs share, where the browser has such (not on plain http): without it this page alone keeps turns,
 * and between tabs the keys must do.
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} act
 */
async function alone(name, signal, act) {
  if (!navigator.locks) return (turn = turn.then(act, act));
  return navigator.locks.request(name, { signal }, act);
}
