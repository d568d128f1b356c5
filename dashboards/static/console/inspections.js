/**
 * Closed tickets that somebody else looks at again 质检: points for each thing that matters, and what to do better.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { titleWords } from "../words/catalogue.js";
import { partyWords } from "../words/party.js";

/**
 * @typedef {object} Inspection
 * @property {string} id  the ticket's
 * @property {string} title
 * @property {string|null} site_name
 * @property {string|null} closed_at
 * @property {string} closed_by
 * @property {string} cause
 * @property {string} result
 * @property {string} responsible_party
 * @property {boolean} sampled
 * @property {string[]} companies
 * @property {number|null} score
 * @property {string} remark
 * @property {"wanted"|"passed"|"failed"} state
 * @property {number} version
 *
 * @typedef {{id: string, words: {zh: string, en: string}, weight: number}} Item
 */

const STATES = /** @type {const} */ (["wanted", "failed", "passed"]);
const COLUMNS = ["ticket", "what", "close.cause", "close.result", "close.party", "closed_by", "score"];

/** @param {{user: import("/shared/lib/api.js").User, may: (permission: string) => boolean, id: string, go: (route: any, quietly?: boolean) => void}} props */
export function Inspections({ user, may, id, go }) {
  const [state, setState] = useState(/** @type {typeof STATES[number]} */ ("wanted"));
  const [inspecting, setInspecting] = useState(/** @type {Inspection|null} */ (null));
  const listed = useFetched("/api/v1/inspections", { params: { state, limit: 200 }, everyMs: 60_000 });
  const items = /** @type {{items: Inspection[]}|null} */ (listed.data)?.items ?? [];
  const index = Math.max(0, items.findIndex((one) => one.id === id));
  const look = (/** @type {number} */ at) => {
    const next = items[Math.max(0, Math.min(items.length - 1, at))];
    if (next) go({ view: "tickets", id: next.id, state: "inspections" }, true);
  };
  const here = items[index];
  const mayInspect = (/** @type {Inspection|undefined} */ one) =>
    Boolean(one && may("manage_tickets") && one.state === "wanted" && one.closed_by !== user.name);
  useKeys([
    { keys: "j", label: "key.down", run: () => look(index + 1) },
    { keys: "k", label: "key.up", run: () => look(index - 1) },
    { keys: "Enter", label: "inspection.do", run: () => here && mayInspect(here) && setInspecting(here) },
  ]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("tickets.inspections")}>
    <div class="chips inspection-states" role="group" aria-label=${t("column.state")}>
      ${STATES.map(
        (one) =>
          html`<button key=${one} class="chip" aria-pressed=${one === state} onClick=${() => setState(one)}>${t(`inspection.${one}`)}</button>`,
      )}
    </div>
    ${!items.length && html`<${Nothing} title=${listed.problem || t(listed.data ? `empty.inspections.${state}` : "loading")} hint=${listed.data ? t("empty.inspections.hint") : ""} />`}
    ${
      items.length > 0 &&
      html`<table class="table table-roomy table-pick">
        <thead>
          <tr>
            ${COLUMNS.map((name) => html`<th scope="col">${t(name.includes(".") ? name : `column.${name}`)}</th>`)}
            <th scope="col"><span class="visually-hidden">${t("column.action")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (one) =>
              html`<tr key=${one.id} class=${one === here ? "row-here" : ""} aria-current=${one === here ? "true" : undefined} onClick=${() => look(items.indexOf(one))}>
                <td>${one.id}</td>
                <td class="cell-meant">${titleWords(one.title)} <span class="muted">${one.site_name}</span></td>
                <td class="cell-meant">${one.cause}</td>
                <td class="cell-wide" title=${one.result}>${one.result}</td>
                <td>${partyWords(one.responsible_party)}</td>
                <td>${one.closed_by} <span class="muted"><${Time} as="ago" at=${one.closed_at} /></span></td>
                <td>${one.score ?? "–"} ${one.remark && html`<span class="muted">${one.remark}</span>`}</td>
                <td class="cell-actions">
                  ${mayInspect(one) && html`<button class="button button-small" onClick=${() => setInspecting(one)}>${t("inspection.do")}</button>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>`
    }
    ${inspecting && html`<${InspectDialog} inspection=${inspecting} onClose=${() => setInspecting(null)} onDone=${listed.again} />`}
  </div>`;
}

/** @param {{inspection: Inspection, onClose: () => void, onDone: () => Promise<void>}} props */
function InspectDialog({ inspection, onClose, onDone }) {
  const { data, problem } = useFetched("/api/v1/inspection-items");
  const asked = /** @type {{items: Item[], pass_score: number}|null} */ (data);
  const items = asked?.items ?? [];
  const [scores, setScores] = useState(/** @type {Record<string, number>} */ ({}));
  const of = (/** @type {Item} */ item) => scores[item.id] ?? 100;
  const weight = items.reduce((sum, item) => sum + item.weight, 0);
  const score = weight ? Math.round(items.reduce((sum, item) => sum + item.weight * of(item), 0) / weight) : 0;
  const fails = asked !== null && score < asked.pass_score;
  const submit = async (/** @type {Record<string, string>} */ { remark }) => {
    const given = Object.fromEntries(items.map((item) => [item.id, of(item)]));
    const said = await post(`/api/v1/inspections/${encodeURIComponent(inspection.id)}`, { scores: given, remark, version: inspection.version });
    say({ text: t(said.passed ? "inspection.has_passed" : "inspection.has_failed", { id: inspection.id, score: said.score }) });
    await onDone();
  };
  return html`<${FormDialog} title=${t("inspection.title", { id: inspection.id })} action=${t("inspection.do")} awaiting=${!asked} trouble=${problem} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${inspection.cause} · ${inspection.result}</p>
    ${items.map(
      (item) =>
        html`<${Field} key=${item.id} name=${item.id} label=${`${item.words[lang()]} ×${item.weight}`}>
          <div class="score">
            <input
              id=${`field-${item.id}`}
              type="range"
              min="0"
              max="100"
              step="10"
              value=${of(item)}
              onInput=${(/** @type {InputEvent} */ event) =>
                setScores({ ...scores, [item.id]: Number(/** @type {HTMLInputElement} */ (event.target).value) })}
            />
            <output for=${`field-${item.id}`}>${of(item)}</output>
          </div>
        <//>`,
    )}
    <p class=${fails ? "word-major" : ""}>${t(fails ? "inspection.fails" : "inspection.passes", { score, least: asked?.pass_score ?? 0 })}</p>
    <${Field} name="remark" label=${t("inspection.remark")}><input id="field-remark" name="remark" required=${fails} maxlength="1000" /><//>
  <//>`;
}
