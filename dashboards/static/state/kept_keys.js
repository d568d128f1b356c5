/**
 * Keys typed before what they are meant for was there: kept in their order, a few at most and not for long.
 */

/** @typedef {import("./keymap.js").Binding} Binding */

const KEPT_MS = 2_000;
const MOST = 8;

export class KeptKeys {
  constructor() {
    /** @type {{key: string, at: number}[]} */
    this.keys = [];
  }

  get isEmpty() {
    return !this.keys.length;
  }

  /** @param {string} key
   * @param {number} now epoch milliseconds */
  keep(key, now) {
    this.forget(now);
    if (this.keys.length < MOST) this.keys.push({ key, at: now });
  }

  clear() {
    this.keys = [];
  }

  /** What the keys mean by now, one at a time: what one of them does may change what the next one means.
   * @param {import("./keymap.js").Keymap} keymap
   * @param {Binding[]} bindings
   * @param {boolean} awaited whether something is on the way still, so that a key without a meaning may yet get one
   * @param {number} now epoch milliseconds
   * @returns {Binding|null} */
  next(keymap, bindings, awaited, now) {
    this.forget(now);
    while (this.keys.length) {
      const [{ key, at }] = this.keys;
      const found = keymap.press(key, at, bindings);
      if (!found && !keymap.first && awaited) return null;
      this.keys.shift();
      if (found) return found;
    }
    return null;
  }

  /** Once the first is too old, those after it are not meant any more either.
   * @param {number} now epoch milliseconds */
  forget(now) {
    if (this.keys.length && now - this.keys[0].at > KEPT_MS) this.clear();
  }
}
