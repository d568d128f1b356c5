/**
 * Words of reports in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const reports = {};
