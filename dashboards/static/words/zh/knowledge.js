/**
 * Words of procedures and what closed similar faults in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const knowledge = {};
