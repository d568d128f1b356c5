/**
 * Words of the alarm list's saved views, sound and bulk actions in English.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const watch = {};
