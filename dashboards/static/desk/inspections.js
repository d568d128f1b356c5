/**
 * The leader's look at what agents said: contacts drawn by the sample, each with the points that it is given.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { refusalSentence } from "../words/catalogue.js";
import { outcomeWord } from "./said_words.js";

/** @typedef {import("../state/shapes_desk.js").Inspection} Inspection */
/** @typedef {{items: {id: string, words: import("../state/shapes_desk.js").Words, weight: number}[], pass_score: number}} Items */

const STATES = ["wanted", "failed", "passed", "all"];
const POINTS = [100, 80, 60, 40, 0];

/** @param {{onOpen: (id: string) => void}} props */
export function Inspections({ onOpen }) {
  const [state, setState] = useState("wanted");
  const [openId, setOpenId] = useState("");
  const { data, problem, again } = useFetched("/api/v1/contact-inspections", { params: { state } });
  const { data: items } = useFetched("/api/v1/contact-inspection-items");
  const list = /** @type {Inspection[]} */ (data?.items ?? []);
  const open = list.find(({ id }) => id === openId) ?? list[0];
  const go = (/** @type {number} */ by) => {
    const place = list.findIndex(({ id }) => id === open?.id);
    setOpenId(list[Math.min(list.length - 1, Math.max(0, place + by))]?.id ?? "");
  };
  useKeys([
    { keys: "J", label: "desk.next_inspection", run: () => go(1) },
    { keys: "K", label: "desk.last_inspection", run: () => go(-1) },
  ]);
  return html`<section class="inspections" aria-label=${t("desk.inspections")}>
    <div class="section-line">
      <h2>${t("desk.inspections")}</h2>
      <div class="chips" role="group" aria-label=${t("desk.inspection_state")}>
        ${STATES.map(
          (name) => html`<button
            key=${name}
            type="button"
            class=${name === state ? "chip chip-on" : "chip"}
            aria-pressed=${name === state}
            onClick=${() => setState(name)}
          >
            ${t(`inspected.${name}`)}
          </button>`,
        )}
      </div>
    </div>
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    ${
      list.length && items
        ? html`<div class="inspection-body">
            <ol class="inspection-list">
              ${list.map(
                (one) => html`<li key=${one.id}>
                  <button
                    type="button"
                    class=${one.id === open?.id ? "inspection-line queue-open" : "inspection-line"}
                    aria-current=${one.id === open?.id ? "true" : undefined}
                    onClick=${() => setOpenId(one.id)}
                  >
                    <span>${one.agent} <span class="muted"><${Time} as="ago" at=${one.contact_of_it.at} /></span></span>
                    <span class="muted">${one.score === null ? aboutOf(one) : t("desk.points", { n: Math.round(one.score) })}</span>
                    <span class="queue-text muted">${one.contact_of_it.text}</span>
                  </button>
                </li>`,
              )}
            </ol>
            ${open && html`<${Scoring} key=${open.id} one=${open} items=${items} onDone=${again} onOpen=${onOpen} />`}
          </div>`
        : !problem && html`<${Nothing} title=${t(data ? "desk.no_inspections" : "desk.looking")} hint=${data ? t("desk.no_inspections.hint") : ""} />`
    }
  </section>`;
}

/** @param {{one: Inspection, items: Items, onDone: () => Promise<void>, onOpen: (id: string) => void}} props */
function Scoring({ one, items, onDone, onOpen }) {
  const [problem, setProblem] = useState("");
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const scores = Object.fromEntries(items.items.map(({ id }) => [id, Number(fields.get(`points-${id}`))]));
    try {
      const body = { scores, remark: String(fields.get("remark") ?? ""), version: one.version };
      const scored = await post(`/api/v1/contact-inspections/${one.id}/score`, body);
      say({ text: t("desk.scored", { n: Math.round(scored.score) }) });
      setProblem("");
      await onDone();
    } catch (error) {
      setProblem(refusalSentence(error));
    }
  };
  const { contact_of_it: contact } = one;
  return html`<form class="scoring form" onSubmit=${submit}>
    <blockquote class="script"><p>${contact.text}</p></blockquote>
    <p class="muted dense">
      ${[t(contact.direction === "in" ? "desk.customer" : "desk.we"), contact.by, outcomeWord(contact.outcome)].filter(Boolean).join(" · ")}${" "}
      ${one.complaint ? html`<button type="button" class="text-link" onClick=${() => onOpen(one.complaint ?? "")}>${one.complaint}</button>` : aboutOf(one)}
    </p>
    ${items.items.map(
      ({ id, words, weight }) => html`<fieldset key=${id} class="points">
        <legend>${words[lang()]} <span class="muted">× ${weight}</span></legend>
        ${POINTS.map(
          (points) => html`<label key=${points}>
            <input type="radio" name=${`points-${id}`} value=${points} required checked=${one.scores[id] === points} /> ${points}
          </label>`,
        )}
      </fieldset>`,
    )}
    <label class="field"><span class="label">${t("desk.remark")}</span><textarea name="remark" maxlength="2000">${one.remark}</textarea></label>
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    <div class="form-actions">
      <span class="muted dense">${t("desk.passes_at", { n: items.pass_score })}</span>
      <button class="button button-primary">${t("desk.score_it")}</button>
    </div>
  </form>`;
}

/** What it hangs on, or with whom it was where no complaint came of it.
 * @param {Inspection} one */
function aboutOf({ complaint, contact_of_it: { customer_name, phone, site_name } }) {
  return complaint ?? customer_name ?? phone ?? site_name ?? "";
}
