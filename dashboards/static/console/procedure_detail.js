/**
 * One procedure: what it is about, what is dangerous, its steps to follow, and its versions.
 */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { Steps, Warnings } from "../parts/procedure_steps.js";
import { useFetched } from "../parts/use_fetched.js";
import { EditDialog, RetireDialog } from "./procedure_dialogs.js";
import { Versions } from "./procedure_versions.js";
import { Made, placesOf } from "./procedure_words.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.news  another one once somebody has changed a procedure
 * @param {string} props.text  what was looked for
 * @param {Map<string, any>} props.categories
 * @param {boolean} props.mayEdit
 * @param {any} props.board
 */
export function ProcedureDetail({ id, news, text, categories, mayEdit, board }) {
  const [asking, setAsking] = useState("");
  const { data, problem } = useFetched(`/api/v1/procedures/${encodeURIComponent(id)}`, { on: news });
  const one = /** @type {Procedure|null} */ (data);
  const edits = mayEdit && one?.current;
  const keys = [
    { keys: "e", label: "key.edit_procedure", run: () => setAsking("edit") },
    { keys: "R", label: "procedure.retire", run: () => setAsking("retire") },
  ];
  useKeys(edits ? keys : []);
  if (!one) return html`<article class="detail"><${Nothing} title=${problem || t("loading")} /></article>`;
  const close = () => setAsking("");
  const kept = (/** @type {Procedure} */ changed) => board.apply("procedure", changed);
  return html`<article class="detail" aria-labelledby="procedure-title" tabindex="0" lang=${one.language === lang() ? undefined : one.language}>
    <header class="detail-head">
      <div class="section-head">
        <h2 id="procedure-title">${one.title}</h2>
        ${
          edits &&
          html`<span class="moves">
            <button class="button button-small" onClick=${() => setAsking("edit")}>${t("procedure.edit")} <kbd>e</kbd></button>
            <button class="button button-small button-quiet" onClick=${() => setAsking("retire")}>${t("procedure.retire")} <kbd>R</kbd></button>
          </span>`
        }
      </div>
      <p class="muted dense">${placesOf(one, categories).join(t("list.comma"))} · <${Made} version=${one} /></p>
      ${!one.current && html`<p class="notice">${t("procedure.retired")}${one.note && `${t("colon")}${one.note}`}</p>`}
      ${one.summary && html`<p class="procedure-summary">${one.summary}</p>`}
    </header>
    <${Warnings} warnings=${one.warnings} />
    <section aria-label=${t("procedure.steps")}>
      <h3>${t("procedure.steps")}</h3>
      <${Steps} key=${one.version} of=${`${one.id}/${one.version}`} steps=${one.steps} text=${text} />
    </section>
    <${Versions} id=${one.id} versions=${one.versions ?? []} />
    ${asking === "edit" && html`<${EditDialog} one=${one} categories=${categories} onClose=${close} onKept=${kept} />`}
    ${asking === "retire" && html`<${RetireDialog} one=${one} onClose=${close} onKept=${kept} />`}
  </article>`;
}
