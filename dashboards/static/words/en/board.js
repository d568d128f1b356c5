/**
 * Words of tickets and the dispatch board in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const board = {};
