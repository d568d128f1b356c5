/**
 * Words of the shift: claims, handover, emergencies, the wall, the system in Chinese.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const shift = {};
