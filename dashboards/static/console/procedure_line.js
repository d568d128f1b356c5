/**
 * One procedure in the list: its title, what it is about, and whether somebody here has written over what ships.
 */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Marked } from "../parts/marked.js";
import { searchOf } from "../state/route.js";
import { placesOf } from "./procedure_words.js";

/** @param {{one: import("../state/shapes_knowledge.js").Procedure, here: boolean, text: string, at: object, categories: Map<string, any>}} props */
export function ProcedureLine({ one, here, text, at, categories }) {
  const line = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    if (here) line.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return html`<li>
    <a
      ref=${line}
      class=${`line${here ? " line-here" : ""}`}
      href=${searchOf({ ...at, id: one.id })}
      aria-current=${here ? "true" : undefined}
      lang=${one.language === lang() ? undefined : one.language}
    >
      <span class="line-title"><${Marked} text=${one.title} looked=${text} /></span>
      <span class="procedure-line-facts muted dense" title=${placesOf(one, categories).join(t("list.comma"))}>
        <span class="procedure-summary-line"><${Marked} text=${one.summary} looked=${text} /></span>
        <span>${one.shipped ? t("steps_n", { n: one.steps.length }) : t("procedure.version", { n: one.version })}</span>
      </span>
    </a>
  </li>`;
}
