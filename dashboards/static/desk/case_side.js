/**
 * What hangs on a complaint: promises to be kept, the outage, those answered with it, what the customer answered and thinks of it.
 */

import { html, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { sayRefusal } from "../parts/toasts.js";
import { Explained, Sentence } from "./answer.js";
import { copyText } from "./copy.js";
import { Knowledge } from "./knowledge.js";
import { unitWord } from "./care.js";
import { MayGive } from "./may_give.js";
import { Due, whoOf } from "./queue_line.js";

/** @typedef {import("../state/shapes_desk.js").Case} Case */
/** @typedef {import("../state/shapes_desk.js").Pledge} Pledge */
/** @typedef {(path: string, body: object) => Promise<void>} Send */

const CHILDREN_SHOWN = 8;

/** @param {{one: Case, asOf: number, care: import("./care.js").CareIndex, leads: boolean, onDo: Send, onOpen: (id: string) => void, onAnswerAll: () => void}} props */
export function CaseSide({ one, asOf, care, leads, onDo, onOpen, onAnswerAll }) {
  return html`<div class="case-side">
    <${Pledges} one=${one} leads=${leads} onDo=${onDo} />
    ${
      one.outage &&
      html`<section class="case-outage" aria-label=${t("desk.outage")}>
        <${Sentence} outage=${one.outage} />
        <${Explained} outage=${one.outage} asOf=${asOf} />
      </section>`
    }
    <${Family} one=${one} onOpen=${onOpen} onAnswerAll=${onAnswerAll} />
    <${Answers} one=${one} />
    ${one.satisfaction !== null && html`<p>${t("desk.rated", { n: one.satisfaction })} <span class="muted">${one.satisfaction_text ?? ""}</span></p>`}
    <${Tracking} one=${one} />
    ${care.byId.size > 0 && one.state !== "closed" && html`<${MayGive} category=${one.category_of_it} vip=${one.vip} />`}
    <${Knowledge} category=${one.category} at=${one.id} />
  </div>`;
}

/** @param {{one: Case, leads: boolean, onDo: Send}} props */
function Pledges({ one, leads, onDo }) {
  if (!one.promises.length) return null;
  const act = (/** @type {string} */ path, /** @type {object} */ body) => void onDo(path, body).catch(sayRefusal);
  return html`<section aria-label=${t("desk.promised")}>
    <h3>${t("desk.promised")}</h3>
    <ul class="pledges">
      ${one.promises.map(
        (pledge) => html`<li key=${pledge.id} class="pledge">
          <span>${wordsOf(pledge, one)}</span>
          ${
            pledge.ended_at || !pledge.due_at
              ? html`<span class="muted">${t(`pledge.${pledge.state}`)}</span>`
              : html`<${Due} at=${pledge.due_at} zone=${one.time_zone} warned=${pledge.warned_at !== null} />`
          }
          <span class="pledge-acts">
            ${
              pledge.state === "wanted"
                ? leads &&
                  html`<${Small} words="desk.grant_it" onClick=${() => act(`${path(pledge)}/decide`, { granted: true })} />
                    <${Small} words="desk.refuse_it" onClick=${() => act(`${path(pledge)}/decide`, { granted: false })} />`
                : !pledge.ended_at && html`<${Small} words="desk.kept" onClick=${() => act(`${path(pledge)}/keep`, {})} />`
            }
          </span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {Pledge} pledge */
const path = ({ id }) => `/api/v1/promises/${id}`;

/** @param {{words: string, onClick: () => void}} props */
function Small({ words, onClick }) {
  return html`<button type="button" class="button button-small" onClick=${onClick}>${t(words)}</button>`;
}

/** @param {Pledge} pledge
 * @param {Case} one */
function wordsOf(pledge, one) {
  if (pledge.kind === "promise") return pledge.text;
  const grant = one.category_of_it.grants.find(({ id }) => id === pledge.grant);
  const amount = [grant?.[lang()] ?? pledge.grant, pledge.amount, grant && unitWord(grant.unit)].filter((part) => part !== null && part !== undefined).join(" ");
  return pledge.text ? `${amount}${t("colon")}${pledge.text}` : amount;
}

/** @param {{one: Case, onOpen: (id: string) => void, onAnswerAll: () => void}} props */
function Family({ one, onOpen, onAnswerAll }) {
  const { parent_of_it: parent, children_of_it: children } = one;
  if (!parent && !children.length) return null;
  const open = (/** @type {import("../state/shapes_desk.js").Complaint} */ other) =>
    html`<li key=${other.id}>
      <button type="button" class="text-link" onClick=${() => onOpen(other.id)}>${other.id}</button> ${whoOf(other)}${" "}
      <span class="muted">${t(`complaint.${other.state}`)}</span>
    </li>`;
  return html`<section aria-label=${t("desk.family")}>
    ${parent && html`<h3>${t("desk.under")}</h3><ul>${open(parent)}</ul>`}
    ${
      children.length > 0 &&
      html`<div class="section-line">
          <h3>${t("desk.children_n", { n: children.length })}</h3>
          ${one.state !== "closed" && html`<button type="button" class="button button-small" onClick=${onAnswerAll}>${t("desk.answer_all")} <kbd>a</kbd></button>`}
        </div>
        <ul>${children.slice(0, CHILDREN_SHOWN).map(open)}</ul>
        ${children.length > CHILDREN_SHOWN && html`<p class="muted dense">${t("more_n", { n: children.length - CHILDREN_SHOWN })}</p>`}`
    }
  </section>`;
}

/** Where the customer sees how it stands; copied whole, or not at all.
 * @param {{one: Case}} props */
function Tracking({ one: { tracking, tracking_url: url } }) {
  const shown = useRef(/** @type {Element|null} */ (null));
  const copy = () => void copyText(url ?? "", shown);
  useKeys(url ? [{ keys: "c", label: "desk.key_copy_tracking", run: copy }] : []);
  return html`<section class="dense" aria-label=${t("desk.tracking")}>
    <div class="section-line">
      <h3>${t("desk.tracking")}</h3>
      ${url && html`<button type="button" class="button button-small button-quiet" onClick=${copy}>${t("desk.copy")} <kbd>c</kbd></button>`}
    </div>
    <code ref=${shown}>${url ?? tracking}</code>
    ${!url && html`<p class="muted">${t("desk.tracking_unknown")}</p>`}
  </section>`;
}

/** @param {{one: Case}} props */
function Answers({ one }) {
  const asked = one.category_of_it.questions.filter(({ id }) => one.answers[id]);
  if (!asked.length) return null;
  return html`<dl class="answers" aria-label=${t("desk.answers")}>
    ${asked.map((question) => {
      const value = one.answers[question.id] ?? "";
      const word = question.kind === "yes_no" ? t(`answer.${value}`) : (question.choices.find(({ id }) => id === value)?.[lang()] ?? value);
      return html`<div key=${question.id}><dt class="muted">${question[lang()]}</dt><dd>${word}</dd></div>`;
    })}
  </dl>`;
}
