/**
 * The versions of a procedure: who wrote each, when and why, and what it changed of the one before.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useFetched } from "../parts/use_fetched.js";
import { changedLines } from "../state/procedures.js";
import { Made } from "./procedure_words.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */
/** @typedef {import("../state/shapes_knowledge.js").Version} Version */

const SIGNS = { same: "", added: "+", gone: "−" };

/** @param {{id: string, versions: Version[]}} props */
export function Versions({ id, versions }) {
  const [open, setOpen] = useState(/** @type {number|null} */ (null));
  if (versions.length < 2) return null;
  return html`<section aria-label=${t("procedure.versions")}>
    <h3>${t("procedure.versions")}</h3>
    <ul class="list procedure-versions">
      ${versions.map((version, place) => {
        const before = versions[place + 1];
        const isOpen = open === version.version;
        return html`<li key=${version.version}>
          <p>
            <${Made} version=${version} />${version.note && html` <span class="muted">${version.note}</span>`}
            ${
              before &&
              html` <button class="text-link" aria-expanded=${isOpen} onClick=${() => setOpen(isOpen ? null : version.version)}>
                ${t(isOpen ? "procedure.hide_changes" : "procedure.show_changes")}
              </button>`
            }
          </p>
          ${isOpen && before && html`<${Changes} id=${id} before=${before.version} after=${version.version} />`}
        </li>`;
      })}
    </ul>
  </section>`;
}

/** @param {{id: string, before: number, after: number}} props */
function Changes({ id, before, after }) {
  const path = `/api/v1/procedures/${encodeURIComponent(id)}`;
  const older = useFetched(path, { params: { version: before } });
  const newer = useFetched(path, { params: { version: after } });
  const problem = older.problem || newer.problem;
  if (problem) return html`<p class="notice notice-refused" role="alert">${problem}</p>`;
  const [was, is] = /** @type {(Procedure|null)[]} */ ([older.data, newer.data]);
  if (!was || !is) return html`<p class="muted">${t("loading")}</p>`;
  const parts = PARTS.map((part) => /** @type {const} */ ([part, changedLines(textsOf(was, part), textsOf(is, part))]));
  const changed = parts.filter(([, lines]) => lines.some(({ kind }) => kind !== "same"));
  if (!changed.length) return html`<p class="muted">${t("procedure.no_changes")}</p>`;
  return html`<div class="procedure-changes">
    ${changed.map(
      ([part, lines]) =>
        html`<h4 class="muted">${t(`procedure.${part}`)}</h4>
          <ul>
            ${lines.map(
              ({ kind, text }) =>
                html`<li class=${`change-${kind}`}>
                  <span class="change-sign" aria-hidden="true">${SIGNS[kind]}</span>
                  ${kind === "added" ? html`<ins>${text}</ins>` : kind === "gone" ? html`<del>${text}</del>` : html`<span>${text}</span>`}
                </li>`,
            )}
          </ul>`,
    )}
  </div>`;
}

const PARTS = /** @type {const} */ (["title", "summary", "warnings", "steps", "alarm_types", "categories"]);

/** @param {Procedure} one
 * @param {typeof PARTS[number]} part
 * @returns {string[]} */
function textsOf(one, part) {
  const value = one[part];
  return Array.isArray(value) ? value : value ? [value] : [];
}
