/**
 * Words of tickets and the dispatch board in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const board = {};
