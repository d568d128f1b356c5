/**
 * Keys to actions: single keys, and two in a row such as `g a`; no browser inside, time is an argument.
 */

const SECOND_KEY_MS = 1_200;

/**
 * @typedef {object} Binding
 * @property {string} keys  one key, or two with a space between
 * @property {string} label  the dictionary's key of what it does, for the help
 * @property {() => void} run
 */

export class Keymap {
  constructor() {
    this.first = "";
    this.firstAt = 0;
  }

  /** What the key means now, given what was pressed just before; null when nothing.
   * @param {string} key as KeyboardEvent.key
   * @param {number} now epoch milliseconds
   * @param {Binding[]} bindings the first match wins
   * @returns {Binding|null} */
  press(key, now, bindings) {
    const pair = this.first && now - this.firstAt <= SECOND_KEY_MS ? `${this.first} ${key}` : "";
    this.first = "";
    const found = (pair && bindings.find((one) => one.keys === pair)) || bindings.find((one) => one.keys === key);
    if (found) return found;
    if (bindings.some((one) => one.keys.startsWith(`${key} `))) {
      this.first = key;
      this.firstAt = now;
    }
    return null;
  }
}
