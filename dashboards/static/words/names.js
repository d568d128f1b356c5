/**
 * What people are called in few words.
 */

import { t } from "/shared/lib/i18n.js";

/** Somebody's name, and "you" for the reader.
 * @param {string} name
 * @param {import("/shared/lib/api.js").User} user */
export function nameTag(name, user) {
  return name === user.name ? t("claim.you") : name;
}
