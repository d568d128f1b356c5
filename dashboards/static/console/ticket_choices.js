/**
 * What a ticket can be given to and held for, fetched once for the view that asks.
 */

import { lang, t } from "/shared/lib/i18n.js";
import { useFetched } from "../parts/use_fetched.js";

/** @typedef {import("../state/shapes_board.js").Choices} Choices */

/** Those that are given, else asked for here.
 * @param {Choices|null} [given]
 * @returns {{choices: Choices|null, problem: string}} null until they are there; why they do not come */
export function useChoices(given = null) {
  const { data, problem } = useFetched(given ? "" : "/api/v1/tickets/choices");
  return { choices: given ?? /** @type {Choices|null} */ (data), problem };
}

/** Nobody or somebody, as answers to a question; whoever holds it now is among them even where they are given nothing more.
 * @param {Choices|null} choices
 * @param {string|null|undefined} holder
 * @param {string} nobody  in words
 * @returns {[string, string][]} */
export function peopleOptions(choices, holder, nobody) {
  const people = /** @type {[string, string][]} */ ((choices?.people ?? []).map(({ name, role }) => [name, `${name} · ${t(`role.${role}`)}`]));
  const isKnown = !holder || people.some(([name]) => name === holder);
  return [["", nobody], ...people, ...(isKnown ? [] : [/** @type {[string, string]} */ ([holder, holder])])];
}

/** A group in the reader's language; its id while nothing is known of it.
 * @param {string} id
 * @param {Choices|null} choices */
export function groupWord(id, choices) {
  return choices?.groups.find((group) => group.id === id)?.words[lang()] ?? id;
}
