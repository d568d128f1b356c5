/**
 * What is taken down during a call: the customer's words, the category, the heat, the guided questions; one key registers it.
 */

import { html, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { nextHeat } from "../state/desk_guess.js";
import { MayGive } from "./may_give.js";
import { queueName } from "./care.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("../state/shapes_desk.js").Category} Category */
/** @typedef {import("../state/shapes_desk.js").Guided} Guided */

/**
 * @param {object} props
 * @param {Call} props.call
 * @param {import("./care.js").CareIndex} props.care
 * @param {Category|undefined} props.category  chosen, or guessed
 * @param {boolean} props.digits  whether number keys choose the category: not while they choose a place
 * @param {() => void} props.onRegister
 * @param {() => void} props.onUrge
 * @param {() => void} props.onAnswered
 */
export function TakeDown({ call, care, category, digits, onRegister, onUrge, onAnswered }) {
  const said = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const choose = (/** @type {Category} */ one) => call.note({ category: one.id, answers: {} });
  const heat = () => call.note({ heat: nextHeat(call.heat) });
  const wish = () => call.note({ wish: !call.wish });
  useKeys([
    ...(digits ? care.categories.slice(0, 9).map((one, n) => ({ keys: `${n + 1}`, label: "", run: () => choose(one) })) : []),
    { keys: "1-9", label: "desk.key_category", run: () => {} },
    { keys: "h", label: "desk.key_heat", run: heat },
    { keys: "b", label: "desk.key_wish", run: wish },
    { keys: "d", label: "desk.key_said", run: () => said.current?.focus() },
  ]);
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    onRegister();
  };
  return html`<form class="take-down" onSubmit=${submit} aria-busy=${call.busy} aria-label=${t("desk.take_down")}>
    <textarea
      ref=${said}
      rows="2"
      aria-label=${t("desk.said")}
      placeholder=${`${t("desk.said")}  d`}
      maxlength="2000"
      value=${call.said}
      onKeyDown=${leaveOnEscape}
      onInput=${(/** @type {InputEvent} */ event) => call.note({ said: /** @type {HTMLTextAreaElement} */ (event.target).value })}
    ></textarea>
    <div class="chips" role="radiogroup" aria-label=${t("desk.category")}>
      ${care.categories.map(
        (one, n) => html`<button
          key=${one.id}
          type="button"
          role="radio"
          aria-checked=${one.id === category?.id}
          class=${one.id === category?.id ? "chip chip-on" : "chip"}
          onClick=${() => choose(one)}
        >
          ${n < 9 && html`<kbd>${n + 1}</kbd>`} ${one[lang()]}
        </button>`,
      )}
    </div>
    <p class="muted dense">
      ${!call.category && category ? t("desk.guessed") : ""} ${category && t("desk.goes_to", { queue: queueName(care, category.queue) })}
    </p>
    ${category && html`<${Questions} call=${call} questions=${category.questions} />`}
    <div class="take-line">
      <button type="button" class=${`chip${call.heat === "heated" ? " chip-hot" : call.heat === "annoyed" ? " chip-warm" : ""}`} onClick=${heat}>
        <kbd>h</kbd> ${t(`heat.${call.heat}`)}
      </button>
      <button type="button" class=${call.wish ? "chip chip-on" : "chip"} aria-pressed=${call.wish} onClick=${wish}>
        <kbd>b</kbd> ${t("desk.wish")}
      </button>
    </div>
    <div class="take-line">
      <button class="button button-primary take-main" disabled=${call.busy}>${t("desk.register")} <kbd>r</kbd></button>
      <button type="button" class="button" disabled=${call.busy} onClick=${onUrge}>${t("desk.urge")} <kbd>u</kbd></button>
      <button type="button" class="button" disabled=${call.busy} onClick=${onAnswered}>${t("desk.answered_only")} <kbd>n</kbd></button>
    </div>
    ${category && html`<${MayGive} category=${category} vip=${Boolean(call.outage?.customer?.vip)} />`}
  </form>`;
}

/** The category's questions; without an outage they stand open, else the outage answers most of them.
 * @param {{call: Call, questions: Guided[]}} props */
function Questions({ call, questions }) {
  if (!questions.length) return null;
  const answered = (/** @type {string} */ id, /** @type {string} */ value) =>
    call.note({ answers: { ...call.answers, [id]: call.answers[id] === value ? "" : value } });
  return html`<details class="questions" open=${!call.outage?.incident}>
    <summary>${t("desk.questions", { n: questions.length })}</summary>
    ${questions.map((one) => html`<${Question} key=${one.id} one=${one} value=${call.answers[one.id] ?? ""} onAnswer=${answered} />`)}
  </details>`;
}

/** @param {{one: Guided, value: string, onAnswer: (id: string, value: string) => void}} props */
function Question({ one, value, onAnswer }) {
  const words = one[lang()];
  if (one.kind === "text")
    return html`<label class="question">
      <span>${words}</span>
      <input value=${value} maxlength="500" onKeyDown=${leaveOnEscape} onChange=${(/** @type {Event} */ event) => onAnswer(one.id, /** @type {HTMLInputElement} */ (event.target).value)} />
    </label>`;
  const choices = one.kind === "yes_no" ? ["yes", "no"].map((id) => ({ id, word: t(`answer.${id}`) })) : one.choices.map((choice) => ({ id: choice.id, word: choice[lang()] }));
  return html`<div class="question" role="group" aria-label=${words}>
    <span>${words}</span>
    <span class="question-choices">
      ${choices.map(
        ({ id, word }) => html`<button
          key=${id}
          type="button"
          class=${value === id ? "chip chip-on" : "chip"}
          aria-pressed=${value === id}
          onClick=${() => onAnswer(one.id, id)}
        >
          ${word}
        </button>`,
      )}
    </span>
  </div>`;
}

/** Escape leaves the field, and not the call with it.
 * @param {KeyboardEvent} event */
function leaveOnEscape(event) {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  /** @type {HTMLElement} */ (event.target).blur();
}
