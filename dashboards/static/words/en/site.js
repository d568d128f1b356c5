/**
 * Words of the map and the site page in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const site = {};
