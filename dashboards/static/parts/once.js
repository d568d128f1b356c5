/**
 * What is on its way to the server is not sent again, however often its key or button is pressed meanwhile.
 */

import { sayRefusal } from "./toasts.js";

/** @type {Set<string>} */
const underWay = new Set();

/** Does it, unless the same is being done; what the server says against it is said.
 * @param {string} what  names it, such as by its path
 * @param {() => Promise<unknown>} act */
export async function once(what, act) {
  if (underWay.has(what)) return;
  underWay.add(what);
  try {
    await act();
  } catch (error) {
    sayRefusal(error);
  }
  underWay.delete(what);
}
