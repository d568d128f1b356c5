/** Where in the page one is. */

import { useHash } from "/shared/lib/hooks.js";

/** @returns {string[]} the parts of the address after # */
export function useRoute() {
  return useHash(() => scrollTo(0, 0));
}

/** @param {string} hash */
export function go(hash) {
  location.hash = hash;
}
