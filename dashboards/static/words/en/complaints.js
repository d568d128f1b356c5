/**
 * Words of complaints on the desk in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const complaints = {};
