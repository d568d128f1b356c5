/**
 * Words of procedures and what closed similar faults in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const knowledge = {};
