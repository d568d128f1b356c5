/**
 * The call on the page: on the left what to say, on the right what is taken down or was registered.
 */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { openAlready, optionsOf } from "../state/desk_call.js";
import { guessCategory } from "../state/desk_guess.js";
import { Explained, Script, Sentence } from "./answer.js";
import { addToOpen, register, urge } from "./call_deeds.js";
import { Knowledge } from "./knowledge.js";
import { History, Options, Promised, Who } from "./person.js";
import { Registered } from "./registered.js";
import { TakeDown } from "./take_down.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("./care.js").CareIndex} CareIndex */

/**
 * @param {object} props
 * @param {Call} props.call
 * @param {CareIndex} props.care
 * @param {import("../state/board.js").Board} props.board
 * @param {string[]} props.may  the user's permissions
 * @param {(id: string) => void} props.onOpen
 * @param {() => void} props.onNext
 * @param {() => void} props.onAnswered  kept without a complaint, then the next one
 */
export function CallView({ call, care, board, may, onOpen, onNext, onAnswered }) {
  if (call.problem) {
    return html`<p class="notice notice-refused" role="alert">${call.problem} <span class="muted">${t("desk.ask_again")}</span></p>`;
  }
  if (!call.outage) {
    return html`<${Nothing} title=${t(call.busy ? "desk.looking" : "desk.empty")} hint=${t("desk.empty.hint")} />`;
  }
  return html`<div class="call">
    <${Said} call=${call} care=${care} onOpen=${onOpen} />
    ${may.includes("register_complaints") && html`<${Taken} call=${call} care=${care} board=${board} onOpen=${onOpen} onNext=${onNext} onAnswered=${onAnswered} />`}
  </div>`;
}

/** @param {{call: Call, care: CareIndex, onOpen: (id: string) => void}} props */
function Said({ call, care, onOpen }) {
  const { customer, about } = call;
  const outage = /** @type {import("../state/shapes_desk.js").Outage} */ (call.outage);
  const options = optionsOf(outage, customer);
  const choosing = options.length > 0 && !about?.site;
  useKeys(choosing ? options.slice(0, 9).map((one, n) => ({ keys: `${n + 1}`, label: "", run: () => void call.askFor(one.ask) })) : []);
  return html`<section class="answer" aria-label=${t("desk.answer")}>
    <div class="answer-head" aria-live="polite">
      <${Sentence} outage=${outage} />
      <${Who} outage=${outage} customer=${customer} phone=${about?.phone ?? ""} />
      <${Options} options=${options} chosen=${about} shown=${outage.site} onChoose=${(/** @type {any} */ one) => void call.askFor(one.ask)} />
    </div>
    <${Promised} promises=${customer?.promises ?? []} onOpen=${onOpen} />
    <${Explained} outage=${outage} asOf=${call.asOf} />
    <${Script} script=${outage.script} />
    ${customer && html`<${History} customer=${customer} care=${care} onOpen=${onOpen} />`}
  </section>`;
}

/** @param {{call: Call, care: CareIndex, board: import("../state/board.js").Board, onOpen: (id: string) => void, onNext: () => void, onAnswered: () => void}} props */
function Taken({ call, care, board, onOpen, onNext, onAnswered }) {
  const outage = /** @type {import("../state/shapes_desk.js").Outage} */ (call.outage);
  const id = call.category || guessCategory(call.said, outage.incident !== null, care.categories);
  const category = care.byId.get(id);
  const show = (/** @type {any} */ one) => board.apply("complaint", one);
  const already = call.complaint ? null : openAlready(call.customer, outage);
  const deeds = {
    register: () => void register(call, category, show),
    urge: () => void urge(call, category, show),
    add: () => already && void addToOpen(call, already, show),
    answered: () => !call.complaint && onAnswered(),
  };
  useKeys([
    { keys: "r", label: "desk.key_register", run: deeds.register },
    { keys: "u", label: "desk.key_urge", run: deeds.urge },
    { keys: "n", label: "desk.key_answered", run: deeds.answered },
    ...(already ? [{ keys: "i", label: "desk.key_add", run: deeds.add }] : []),
  ]);
  useControlEnter(deeds.register);
  const choosing = optionsOf(outage, call.customer).length > 0 && !call.about?.site;
  const complaint = call.complaint && (board.items("complaint").get(call.complaint.id) ?? call.complaint);
  return html`<div class="taken">
    ${
      already &&
      html`<div class="already" role="status">
        <p>${t("desk.already", { id: already.id })}</p>
        <button type="button" class="button" onClick=${deeds.add}>${t("desk.add_to", { id: already.id })} <kbd>i</kbd></button>
      </div>`
    }
    ${
      complaint
        ? html`<${Registered} complaint=${complaint} call=${call} care=${care} onUrge=${deeds.urge} onOpen=${onOpen} onNext=${onNext} />`
        : html`<${TakeDown} call=${call} care=${care} category=${category} digits=${!choosing} onRegister=${deeds.register} onUrge=${deeds.urge} onAnswered=${deeds.answered} />`
    }
    <${Knowledge} category=${complaint?.category ?? id} at=${complaint?.id ?? "call"} />
  </div>`;
}

/** The one key that works from inside every field.
 * @param {() => void} run */
function useControlEnter(run) {
  const latest = useRef(run); // a key may come before the effects of the last keystroke have run
  latest.current = run;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const listen = (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      if (/** @type {Element} */ (event.target).closest("dialog")) return; // what is asked there is not the call's
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
