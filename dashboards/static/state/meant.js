/**
 * What is meant by regions, power feeds and sites: which sites that comes to, what nobody knows, what one may be typing.
 */

import { liesIn, upwards } from "./emergencies.js";
import { named } from "./silences.js";

/** @typedef {import("./site_table.js").SiteTable} SiteTable */
/** @typedef {{regions?: string[], power_feeds?: string[], sites?: string[]}} Meant */
/** @typedef {"regions"|"power_feeds"|"sites"} Kind */
/** @typedef {{value: string, words: string, sites: number}} Suggestion  `sites`: how many it comes to; 0 for a site itself */

/** The places, in the table, of the sites that are meant.
 * @param {Meant} meant
 * @param {SiteTable} table
 * @returns {number[]} */
export function placesMeant({ regions = [], power_feeds = [], sites = [] }, { columns, places, size }) {
  const inRegion = columns.regions.map((path) => regions.some((one) => liesIn(path, one)));
  const onFeed = columns.power_feeds.map((feed) => feed !== "" && power_feeds.includes(feed));
  const given = new Set(sites.map((id) => places.get(id)));
  /** @type {number[]} */
  const found = [];
  for (let place = 0; place < size; place++) {
    if (inRegion[columns.region_of[place]] || onFeed[columns.power_feed_of[place]] || given.has(place)) found.push(place);
  }
  return found;
}

/** Names that no site has to do with.
 * @param {Meant} meant
 * @param {SiteTable} table
 * @returns {string[]} */
export function unknownIn({ regions = [], power_feeds = [], sites = [] }, { columns, places }) {
  return [
    ...regions.filter((one) => !columns.regions.some((path) => liesIn(path, one))),
    ...power_feeds.filter((one) => !columns.power_feeds.includes(one)),
    ...sites.filter((one) => !places.has(one)),
  ];
}

/** What somebody may mean who types the last name of a list; those that begin so first.
 * @param {Kind} kind
 * @param {string} text names with ; between them
 * @param {SiteTable} table
 * @param {number} most
 * @returns {Suggestion[]} */
export function suggestionsFor(kind, text, table, most) {
  const wanted = lastName(text).toLowerCase();
  if (!wanted) return [];
  const given = new Set(named(text));
  const found = kind === "sites" ? table.find(wanted, most).map(({ id, name }) => ({ value: id, words: name, sites: 0 })) : namedLike(kind, wanted, table);
  return found.filter(({ value }) => !given.has(value)).slice(0, most);
}

/** The list with its last name said in full, ready for another.
 * @param {string} text
 * @param {string} value */
export function completed(text, value) {
  const before = text.slice(0, text.length - lastName(text).length);
  return `${before}${value}; `;
}

/** What is being typed: the last name of a list.
 * @param {string} text */
export function lastName(text) {
  return text.split(/[;；]/).pop()?.trimStart() ?? "";
}

/** @param {"regions"|"power_feeds"} kind
 * @param {string} wanted
 * @param {SiteTable} table
 * @returns {Suggestion[]} */
function namedLike(kind, wanted, { columns }) {
  const [words, of] = kind === "regions" ? [columns.regions, columns.region_of] : [columns.power_feeds, columns.power_feed_of];
  const counts = words.map(() => 0);
  for (const word of of) counts[word]++;
  /** @type {Map<string, number>} */
  const sums = new Map();
  words.forEach((word, n) => {
    for (const name of kind === "regions" ? upwards(word) : [word]) sums.set(name, (sums.get(name) ?? 0) + counts[n]);
  });
  const begins = (/** @type {string} */ name) => (name.split("/").pop() ?? "").toLowerCase().startsWith(wanted);
  return [...sums]
    .filter(([name]) => name.toLowerCase().includes(wanted))
    .sort(([a], [b]) => Number(begins(b)) - Number(begins(a)) || a.split("/").length - b.split("/").length || (a < b ? -1 : 1))
    .map(([value, sites]) => ({ value, words: "", sites }));
}
