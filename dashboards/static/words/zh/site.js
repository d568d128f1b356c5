/**
 * Words of the map and the site page in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const site = {};
