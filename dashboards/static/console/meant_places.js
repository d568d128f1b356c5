/**
 * Where something applies: regions, feeds and sites, suggested as one types, and how many sites they come to.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { SuggestField } from "../parts/suggest_field.js";
import { completed, lastName, placesMeant, suggestionsFor, unknownIn } from "../state/meant.js";
import { named } from "../state/silences.js";
import { SiteTable } from "../state/site_table.js";

/** @typedef {import("../state/meant.js").Kind} Kind */
/** @typedef {import("../state/meant.js").Meant} Meant */
/** @typedef {import("../state/meant.js").Suggestion} Suggestion */

const SHOWN = 6;
const NO_SITES = new SiteTable();

/**
 * A field for each kind, named as the API names it.
 * @param {object} props
 * @param {any} props.board
 * @param {[Kind, string][]} props.kinds with their labels
 * @param {Meant} [props.given]
 * @param {string} props.hint while nothing is named
 * @param {unknown} [props.children] fields that stand between these and what they come to
 */
export function MeantPlaces({ board, kinds, given = {}, hint, children }) {
  const [texts, setTexts] = useState(() => kinds.map(([kind]) => given[kind]?.join("; ") ?? ""));
  const sites = board.items("site");
  const table = sites instanceof SiteTable ? sites : NO_SITES;
  const suggestions = kinds.map(([kind], n) => suggestionsFor(kind, texts[n], table, SHOWN));
  const meant = Object.fromEntries(kinds.map(([kind], n) => [kind, named(texts[n])]));
  const typed = texts.filter((_, n) => suggestions[n].length).map(lastName);
  return html`
    ${kinds.map(([kind, label], n) => {
      const say = (/** @type {string} */ text) => setTexts(texts.with(n, text));
      return html`<${SuggestField}
        key=${kind}
        name=${kind}
        label=${label}
        value=${texts[n]}
        suggestions=${suggestions[n].map(inWords)}
        onText=${say}
        onChoose=${(/** @type {Suggestion} */ { value }) => say(completed(texts[n], value))}
      />`;
    })}
    ${children}
    <${Covered} meant=${meant} typed=${typed} table=${table} hint=${hint} />
  `;
}

/** @param {Suggestion} suggestion */
function inWords({ value, words, sites }) {
  return { value, words: words || t("sites_n", { n: sites }) };
}

/** @param {{meant: Meant, typed: string[], table: SiteTable, hint: string}} props  typed: names that may yet become known ones */
function Covered({ meant, typed, table, hint }) {
  const said = JSON.stringify(meant);
  const n = useMemo(() => placesMeant(meant, table).length, [said, table]);
  const unknown = useMemo(() => unknownIn(meant, table), [said, table]).filter((name) => !typed.includes(name));
  const isEmpty = Object.values(meant).every((names) => !names.length);
  if (isEmpty && !hint) return null;
  return html`<p class="dense covered" role="status">
    ${isEmpty ? html`<span class="muted">${hint}</span>` : html`<strong>${t("meant.covers", { n })}</strong>`}
    ${unknown.length > 0 && html` <span class="word-major">▲ ${t("meant.unknown", { names: unknown.join(t("comma")) })}</span>`}
  </p>`;
}
