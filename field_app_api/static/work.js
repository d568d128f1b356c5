/**
 * One technician's work on this phone: the day as told, what was done since, and how to do more. The screens draw it.
 *
 *   const work = new Work(account, redraw);
 *   await work.start();
 *   work.orders, work.link, work.step(order, "accepted");
 *
 * What is done shows at once, and is on disk before the promise resolves.
 */

import { setServerTime } from "/shared/lib/time.js";
import { followDay, staleMs } from "./net/day_news.js";
import { Positions } from "./net/position.js";
import { Procedures } from "./net/procedures.js";
import { Sender } from "./net/sender.js";
import { sharing } from "./net/sharing.js";
import { askToKeep, isFull } from "./net/storage.js";
import { expected, expectedSos, expectedWatch } from "./state/expected.js";
import { compressed, smallest } from "./store/compress.js";
import { forgetDay, keepDay, keptDay } from "./store/days.js";
import { discard, itemsOf, keepItem, sendAgain, takeOver } from "./store/outbox_rows.js";
import { dropPhoto, keepPhoto, photosOf } from "./store/photo_rows.js";
import { newUuid } from "./store/uuid.js";

/** @typedef {import("./types.js").Action} Action */
/** @typedef {import("./types.js").Day} Day */
/** @typedef {import("./types.js").FieldRecord} FieldRecord */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").KeptPhoto} KeptPhoto */
/** @typedef {import("./types.js").Order} Order */
/** @typedef {import("./types.js").ShownOrder} ShownOrder */

const FIX_MAX_AGE_MS = 300_000;
const EXACT = ["accepted", "en_route", "on_site"];

export class Work {
  /** @param {import("/shared/lib/api.js").User} user @param {() => void} redraw */
  constructor(user, redraw) {
    this.account = user.name;
    this.technician = user.technician_id;
    this.redraw = redraw;
    /** @type {Day | null} */
    this.day = null;
    this.asOf = 0;
    /** @type {Item[]} */
    this.items = [];
    /** @type {KeptPhoto[]} */
    this.photos = [];
    this.reachable = true;
    this.heard = false;
    this.said = "";
    this.expired = this.busy = false;
    this.full = false;
    this.closed = false;
    this.positions = new Positions(this.account, redraw);
    this.procedures = new Procedures(this.account, redraw);
    this.others = new BroadcastChannel(`guywire.field.${this.account}`);
    this.others.onmessage = () => {
      void this.reread();
      this.sender.hurry();
    };
    this.sender = new Sender(this.account, {
      changed: () => void this.changed(),
      reached: (yes) => this.reached(yes),
      signedOut: () => this.sayExpired(),
    });
  }

  async start() {
    await takeOver(this.account);
    const kept = await keptDay(this.account);
    await this.procedures.start();
    if (kept) this.show(kept.day, kept.asOf);
    await this.reread();
    if (this.closed) return;
    this.news = followDay(this, kept);
    this.sender.wake();
  }

  close() {
    this.closed = true;
    this.news?.close();
    this.procedures.close();
    this.sender.close();
    this.positions.stop();
    this.others.close();
  }

  /** The orders as they should stand once all has arrived. @returns {ShownOrder[]} */
  get orders() {
    return this.day ? expected(this.day, this.items, this.photos) : [];
  }

  get waiting() {
    return this.items.filter((item) => item.state === "waiting").length;
  }

  get aside() {
    return this.items.filter((item) => item.state === "aside");
  }

  get watch() {
    return this.day && expectedWatch(this.day, this.items);
  }

  get sos() {
    return this.day && expectedSos(this.day, this.items);
  }

  /** Whether what is shown may be old. @param {number} now */
  isStale(now) {
    return !this.reachable || now - this.asOf > staleMs(this.day);
  }

  /** @param {Order} order @param {string} to @param {object} [report] */
  step(order, to, report = {}) {
    const body = { to, at: new Date().toISOString(), ...this.here(), ...report };
    return this.put("transition", `/api/v1/work-orders/${order.id}/transitions`, body, order.id, `order:${order.id}`);
  }

  /** @param {Order} order @param {string} reason */
  stepBack(order, reason) {
    return this.put("step_back", `/api/v1/work-orders/${order.id}/step-back`, { reason }, order.id, `order:${order.id}`);
  }

  /** @param {Order} order @param {Omit<FieldRecord, "id" | "at">[]} told */
  record(order, told) {
    const records = told.map((one) => ({ id: newUuid(), at: new Date().toISOString(), ...one }));
    return this.put("records", `/api/v1/work-orders/${order.id}/records`, { records }, order.id);
  }

  /** @param {Order} order @param {object} body */
  place(order, body) {
    return this.put("place", `/api/v1/sites/${order.site}/places`, { at: new Date().toISOString(), ...body }, order.id);
  }

  /** @param {Order} order @param {{step: string}} body */
  run(order, body) {
    const told = { at: new Date().toISOString(), ...body };
    return this.put("run", `/api/v1/work-orders/${order.id}/runs`, told, order.id, `runs:${order.id}`);
  }

  /** @param {Order} order @param {object} body */
  ask(order, body) {
    return this.put("question", `/api/v1/work-orders/${order.id}/questions`, body, order.id);
  }

  /** @param {string} question @param {string} text */
  answer(question, text) {
    return this.put("answer", `/api/v1/questions/${question}/answers`, { text });
  }

  callForHelp(text = "") {
    const { accuracy: _, ...place } = this.here();
    const body = { at: new Date().toISOString(), ...place, text };
    return this.put("sos", "/api/v1/me/sos", body, "", "sos", true);
  }

  /** @param {string} reason */
  endHelp(reason) {
    return this.put("sos", "/api/v1/me/sos/end", { at: new Date().toISOString(), reason }, "", "sos", true);
  }

  /** @param {number} minutes @param {string} [order] */
  startWatch(minutes, order) {
    return this.put("watch", "/api/v1/me/watch", order ? { work_order: order, minutes } : { minutes }, "", "watch");
  }

  endWatch() {
    return this.put("watch", "/api/v1/me/watch/end", {}, "", "watch");
  }

  /** @param {string[]} ids */
  sawNotices(ids) {
    const told = this.items.filter((item) => item.kind === "seen").flatMap((item) => item.body.ids);
    const fresh = ids.filter((id) => !told.includes(id));
    return fresh.length > 0 ? this.put("seen", "/api/v1/me/notices/seen", { ids: fresh }) : null;
  }

  /**
   * Keeps a photo to be sent after all else. Rejects when it is no picture, or the phone has no room even for a small one.
   * @param {Order} order @param {string} kind @param {string} name @param {Blob} picture
   * @param {boolean} [asItIs] it is small already
   * @returns {Promise<{id: string, smaller: boolean}>}
   */
  async photo(order, kind, name, picture, asItIs = false) {
    void askToKeep();
    /** @type {Omit<KeptPhoto, "blob">} */
    const photo = {
      id: newUuid(), account: this.account, order: order.id, kind, name, at: new Date().toISOString(),
      state: "waiting", tries: 0, refusal: null,
    };
    const keep = (/** @type {Blob} */ blob) => keepPhoto({ ...photo, blob });
    const smaller = asItIs ? await keep(picture).then(() => false) : await this.keepSmall(picture, keep);
    await this.changed();
    this.sender.wake();
    return { id: photo.id, smaller };
  }

  /**
   * Once the phone was full, photos stay small: a large one that failed leaves its bytes behind for a while.
   * @param {Blob} picture @param {(blob: Blob) => Promise<unknown>} keep
   * @returns {Promise<boolean>} whether it had to be smaller than usual
   */
  async keepSmall(picture, keep) {
    const rules = /** @type {Day} */ (this.day).rules;
    if (!this.full) {
      try {
        await keep(await compressed(picture, rules));
        return false;
      } catch (error) {
        if (!isFull(error)) throw error;
        this.full = true;
      }
    }
    await keep(await smallest(picture, rules.photo_max_bytes));
    return true;
  }

  /** @param {Item} item */
  async sendAgain(item) {
    await sendAgain(item);
    await this.changed();
    this.sender.soon();
  }

  /** @param {Item} item */
  async discard(item) {
    await discard(item);
    await this.changed();
  }

  /** @param {KeptPhoto} photo */
  async sendPhotoAgain(photo) {
    await keepPhoto({ ...photo, state: "waiting", tries: 0, refusal: null });
    await this.changed();
    this.sender.soon();
  }

  /** @param {KeptPhoto} photo */
  async discardPhoto(photo) {
    await dropPhoto(photo);
    await this.changed();
  }

  /** Nothing of the day stays on the phone; what was not sent does, for this account only. */
  async forget() {
    this.close();
    await forgetDay(this.account);
  }

  /** Signed in anew: go on. */
  resume() {
    this.expired = false;
    this.news?.again();
    this.sender.soon();
    this.redraw();
  }

  /**
   * @param {Action["kind"]} kind @param {string} path @param {any} body @param {string} [order] @param {string} [chain]
   * @param {boolean} [urgent]
   */
  async put(kind, path, body, order = "", chain = "", urgent = false) {
    try {
      await keepItem(this.account, { kind, path, body, order, chain, urgent });
    } catch (error) {
      if (!isFull(error)) throw error;
      return this.say("waiting.not_kept");
    }
    await this.changed();
    this.sender.hurry();
  }

  /** What has to be known at once, as a key of the words; empty once it was seen. @param {string} key */
  say(key) {
    this.said = key;
    this.redraw();
  }

  /** Where the phone is, when that is known and fresh. @returns {{latitude?: number, longitude?: number, accuracy?: number}} */
  here() {
    const { fix } = this.positions;
    if (!fix || Date.now() - fix.at > FIX_MAX_AGE_MS) return {};
    return { latitude: fix.latitude, longitude: fix.longitude, accuracy: fix.accuracy };
  }

  /** A day that was found to be as it was lets go of what had arrived before, as a new one does.
   * @param {import("./net/day_news.js").Known} known @param {number} askedAt @param {string | null} [asOf] */
  async told(known, askedAt, asOf) {
    const { day } = known;
    if (day.person.id !== this.technician) return this.sayExpired(); // another tab has signed in as somebody else
    await keepDay(this.account, known, askedAt).catch(unlessFull);
    if (this.closed) return;
    if (asOf) setServerTime(asOf);
    this.expired = this.busy = false;
    this.show(day, Date.now());
    this.reached(true);
    await this.changed();
    this.sender.wake();
    void this.positions.send();
    void this.procedures.learn(day.orders);
  }

  /** @param {import("/shared/lib/api.js").ApiError} error */
  failed({ status }) {
    this.busy = status >= 429; // too many requests, or no time for any
    if (status === 401) this.sayExpired();
    else this.reached(status !== 0);
  }

  /** @param {Day} day @param {number} asOf */
  show(day, asOf) {
    this.day = day;
    this.asOf = asOf;
    const exact = this.orders.some((order) => !order.ended_at && EXACT.includes(order.state));
    this.positions.want(sharing() ? (exact ? "fine" : day.duty.on ? "coarse" : "off") : "off");
    this.redraw();
  }

  async reread() {
    [this.items, this.photos] = await Promise.all([itemsOf(this.account), photosOf(this.account)]);
    this.redraw();
  }

  async changed() {
    await this.reread();
    if (!this.closed) this.others.postMessage("changed");
  }

  /** @param {boolean} yes */
  reached(yes) {
    if (this.heard && this.reachable === yes) return;
    this.heard = true;
    this.reachable = yes;
    this.redraw();
  }

  sayExpired() {
    this.expired = true;
    this.reached(true);
    this.redraw();
  }
}

/** A phone without room shows what it was told all the same. @param {unknown} error */
function unlessFull(error) {
  if (!isFull(error)) throw error;
}
