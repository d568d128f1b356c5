/**
 * Procedures beside a complaint: those of its category, found as one types.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Steps, Warnings } from "../parts/procedure_steps.js";
import { inLanguage } from "../state/procedures.js";
import { refusalSentence } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_knowledge.js").Procedure} Procedure */

const PAUSE_MS = 150;

/** @param {{category: string, at: string}} props `at`: what the steps are followed for */
export function Knowledge({ category, at }) {
  const [text, setText] = useState("");
  const [opened, setOpened] = useState("");
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { items, problem } = useProcedures(category, text);
  const found = inLanguage(items, lang());
  const open = found.find(({ id }) => id === opened);
  useKeys([
    { keys: "w", label: "desk.key_procedure", run: () => setOpened(open ? "" : (found[0]?.id ?? "")) },
    { keys: "W", label: "desk.key_find_procedure", run: () => field.current?.focus() },
  ]);
  return html`<section class="knowledge" aria-label=${t("desk.procedures")}>
    <div class="section-line">
      <h3>${t("desk.procedures")} <kbd>w</kbd></h3>
      <input
        ref=${field}
        type="search"
        aria-label=${t("desk.find_procedure")}
        placeholder=${`${t("desk.find_procedure")}  W`}
        value=${text}
        onInput=${(/** @type {InputEvent} */ event) => setText(/** @type {HTMLInputElement} */ (event.target).value)}
      />
    </div>
    ${problem && html`<p class="muted dense" role="alert">${problem}</p>`}
    ${!problem && !found.length && html`<p class="muted dense">${t(text ? "desk.no_procedure_found" : "desk.no_procedure")}</p>`}
    <ul class="knowledge-list">
      ${found.slice(0, 5).map(
        (one) => html`<li key=${one.id} lang=${one.language === "zh" ? "zh-CN" : "en"}>
          <button type="button" class="knowledge-title" aria-expanded=${one === open} onClick=${() => setOpened(one === open ? "" : one.id)}>
            <span aria-hidden="true">${one === open ? "▾" : "▸"}</span> ${one.title} <span class="muted dense">${one.summary}</span>
          </button>
          ${one === open && html`<${Warnings} warnings=${one.warnings} /><${Steps} of=${`${one.id}/${one.version} ${at}`} steps=${one.steps} text=${text} />`}
        </li>`,
      )}
    </ul>
  </section>`;
}

/** Of the category while nothing is typed; of all categories once something is.
 * @param {string} category
 * @param {string} text */
function useProcedures(category, text) {
  const [state, setState] = useState({ items: /** @type {Procedure[]} */ ([]), problem: "" });
  useEffect(() => {
    if (!category) return undefined;
    const asked = new AbortController();
    const look = async () => {
      try {
        const params = text.trim() ? { text: text.trim(), language: lang() } : { category };
        const { items } = await get("/api/v1/procedures", params, asked.signal);
        if (!asked.signal.aborted) setState({ items, problem: "" });
      } catch (error) {
        if (!asked.signal.aborted) setState({ items: [], problem: refusalSentence(error) });
      }
    };
    const timer = setTimeout(look, text ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
  }, [category, text]);
  return state;
}
