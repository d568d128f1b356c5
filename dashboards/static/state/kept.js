/**
 * What a person chose for this browser: kept in it, and lasting as long as the page where it keeps nothing.
 */

/** @param {string} key
 * @returns {any} what was kept, or null */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key
 * @param {unknown} value */
export function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // the choice lasts as long as the page
  }
}
