/**
 * Words of complaints on the desk in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const complaints = {};
