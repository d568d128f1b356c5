/**
 * What a ticket can be given to and held for, fetched once for the view that asks.
 */

import { lang } from "/shared/lib/i18n.js";
import { useFetched } from "../parts/use_fetched.js";

/** @typedef {import("../state/shapes_board.js").Choices} Choices */

/** @returns {Choices|null} null until they are there */
export function useChoices() {
  return /** @type {Choices|null} */ (useFetched("/api/v1/tickets/choices").data);
}

/** A group in the reader's language; its id while nothing is known of it.
 * @param {string} id
 * @param {Choices|null} choices */
export function groupWord(id, choices) {
  return choices?.groups.find((group) => group.id === id)?.words[lang()] ?? id;
}
