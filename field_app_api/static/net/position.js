/**
 * Where the phone is, told while somebody works: exactly on the way and at a site, coarsely else, not at all off duty.
 *
 *   const positions = new Positions(account, changed);
 *   positions.want("fine");   // "off", "coarse" or "fine"
 *   positions.fix, positions.state, positions.told
 *
 * One fix a minute while moving and one in five minutes when still; without a connection they wait, bounded.
 */

import { ApiError, newKey, post } from "/shared/lib/api.js";
import { metresBetween } from "/shared/lib/distance.js";
import { dropFixes, fixesOf, keepFix } from "../store/position_rows.js";
import { isFull } from "./storage.js";

/** @typedef {import("../types.js").Fix} Fix */
/** @typedef {"off" | "coarse" | "fine"} Level */
/** @typedef {"off" | "denied" | "searching" | "kept" | "shared"} State */

const STILL_MS = 300_000;
const MOVING_MS = { coarse: 60_000, fine: 15_000 };
const MOVED_METRES = 100;
const AT_ONCE = 200;
const SHOWN = 5;

export class Positions {
  /** @param {string} account @param {() => void} changed */
  constructor(account, changed) {
    this.account = account;
    this.changed = changed;
    /** @type {Level} */
    this.level = "off";
    /** @type {State} */
    this.state = "off";
    /** @type {Fix | null} */
    this.fix = null;
    /** The last ones told, newest first. @type {Fix[]} */
    this.told = [];
    this.toldAt = 0;
    this.sending = false;
    this.watch = 0;
  }

  /** @param {Level} level */
  want(level) {
    if (level === this.level || !("geolocation" in navigator)) return;
    this.stop();
    this.level = level;
    this.say(level === "off" ? "off" : "searching");
    if (level === "off") return;
    this.watch = navigator.geolocation.watchPosition(
      (found) => void this.take(found),
      (error) => this.say(error.code === error.PERMISSION_DENIED ? "denied" : "searching"),
      { enableHighAccuracy: level === "fine", maximumAge: 30_000, timeout: 60_000 },
    );
  }

  stop() {
    if (this.watch) navigator.geolocation.clearWatch(this.watch);
    this.watch = 0;
    this.level = "off";
  }

  /** @param {GeolocationPosition} found */
  async take({ coords, timestamp }) {
    const { latitude, longitude, accuracy } = coords;
    this.fix = { latitude, longitude, accuracy, at: timestamp };
    this.changed();
    if (!this.isDue(this.fix)) return;
    this.told = [this.fix, ...this.told].slice(0, SHOWN);
    try {
      await keepFix(this.account, { at: new Date(timestamp).toISOString(), latitude, longitude, accuracy });
    } catch (error) {
      if (!isFull(error)) throw error; // a full phone goes without this one
    }
    await this.send();
  }

  /** @param {Fix} fix */
  isDue(fix) {
    const last = this.told[0];
    if (!last || this.level === "off") return this.level !== "off";
    const age = fix.at - last.at;
    return age >= STILL_MS || (age >= MOVING_MS[this.level] && metresBetween(fix, last) > MOVED_METRES);
  }

  /** Sends what waits; what cannot be sent now waits for the next fix or connection. */
  async send() {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let rows = await this.some(); rows.length > 0; rows = await this.some()) {
        const positions = rows.map(({ fix }) => fix);
        await post("/api/v1/me/positions", { positions }, { key: newKey(), as: this.account }).catch(throwUnlessRefused);
        await dropFixes(rows);
        this.toldAt = Date.now();
        this.say("shared");
      }
    } catch {
      if (this.state !== "denied") this.say("kept");
    } finally {
      this.sending = false;
    }
  }

  async some() {
    return (await fixesOf(this.account)).slice(0, AT_ONCE);
  }

  /** @param {State} state */
  say(state) {
    this.state = state;
    this.changed();
  }
}

/** What the server will never take (of a time off duty) is not worth keeping. @param {unknown} error */
function throwUnlessRefused(error) {
  if (!(error instanceof ApiError) || ![403, 409, 422].includes(error.status)) throw error;
}
