/**
 * Why a ticket is held or a clock stands still, in the reader's language: policy's own words, the dictionary's, or a person's.
 */

import { has, lang, t } from "/shared/lib/i18n.js";

/** @typedef {import("../state/shapes_board.js").Choices["reasons"][number]} Reason */

/** @param {string} said  the id of a reason, perhaps with a note behind it, or free words
 * @returns {string} */
export function holdWords(said) {
  const [id = "", ...note] = said.split(": ");
  if (!has(`hold.${id}`)) return said;
  return [t(`hold.${id}`), note.join(": ")].filter(Boolean).join(t("colon"));
}

/** @param {Reason} reason */
export function reasonLabel(reason) {
  return has(`hold.${reason.id}`) ? t(`hold.${reason.id}`) : reason.words[lang()];
}
