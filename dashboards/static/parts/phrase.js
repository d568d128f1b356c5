/**
 * A sentence of the dictionary with elements in it: links in the middle of words, in the order of either language.
 */

import { t } from "/shared/lib/i18n.js";

/**
 * @param {string} key
 * @param {Record<string, unknown>} elements  what stands for `{name}`
 * @param {Record<string, string|number>} [values] filled in first
 * @returns {unknown[]} text and elements in order
 */
export function phrase(key, elements, values = {}) {
  return t(key, values)
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? (elements[part.slice(1, -1)] ?? part) : part));
}
