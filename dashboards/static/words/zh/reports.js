/**
 * Words of reports in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const reports = {};
