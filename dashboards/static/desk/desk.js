/**
 * The complaint desk: one box for whoever calls, what can be said to them, and the complaints as they come in.
 */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Help } from "../parts/help.js";
import { useLang } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { Toasts } from "../parts/toasts.js";
import { isStale, TopSide } from "../parts/top_side.js";
import { useBoard } from "../parts/use_board.js";
import { placeText } from "../state/ask.js";
import { Answer } from "./answer.js";
import { useCall } from "./call.js";
import { PlacePicker } from "./place_picker.js";
import { Recent, useRecent } from "./recent.js";
import { RegisterForm } from "./register_form.js";

/** @param {{board: import("../state/board.js").Board, session: import("/shared/lib/api.js").Session}} props */
export function Desk({ board, session }) {
  useLang();
  useBoard(board);
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [help, setHelp] = useState(false);
  const [picking, setPicking] = useState(false);
  const call = useCall(board);
  const recent = useRecent(board);
  const clear = () => {
    call.clear();
    box.current?.focus();
  };
  const pick = () => setPicking(!picking);
  useKeys([
    { keys: "/", label: "desk.key_box", run: () => box.current?.focus() },
    { keys: "r", label: "desk.key_register", run: () => void call.register() },
    { keys: "m", label: "desk.key_map", run: pick },
    { keys: "Escape", label: "desk.key_clear", run: clear },
    { keys: "?", label: "key.help", run: () => setHelp(true) },
  ]);
  const askAt = (/** @type {number} */ latitude, /** @type {number} */ longitude) =>
    void call.ask(placeText(latitude, longitude));
  useControlEnter(() => void call.register());
  return html`<div class=${`desk${isStale(board.state) ? " desk-stale" : ""}`}>
    <header class="top">
      <h1 class="desk-title">${t("title.desk")}</h1>
      <${TopSide} board=${board} session=${session} onHelp=${() => setHelp(true)} />
    </header>
    <main class="desk-main">
      <${AskBox} box=${box} call=${call} picking=${picking} onPick=${pick} />
      ${picking && html`<${PlacePicker} complaints=${recent} onPick=${askAt} />`}
      <${Call} call=${call} may=${session.permissions.includes("register_complaints")} onNext=${clear} />
    </main>
    <${Recent} complaints=${recent} onAsk=${call.ask} />
    <${Toasts} />
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
  </div>`;
}

/** @param {{call: import("./call.js").Call, may: boolean, onNext: () => void}} props */
function Call({ call, may, onNext }) {
  if (call.problem) return html`<p class="notice notice-refused" role="alert">${call.problem}</p>`;
  if (!call.outage) {
    return html`<${Nothing} title=${t(call.busy ? "desk.looking" : "desk.empty")} hint=${t("desk.empty.hint")} />`;
  }
  return html`<${Answer} outage=${call.outage} /> <${RegisterForm} call=${call} may=${may} onNext=${onNext} />`;
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
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** @param {{box: {current: HTMLInputElement|null}, call: import("./call.js").Call, picking: boolean, onPick: () => void}} props */
function AskBox({ box, call, picking, onPick }) {
  useEffect(() => box.current?.focus(), []);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    void call.ask(call.text);
  };
  return html`<form class="ask" role="search" onSubmit=${submit}>
    <input
      ref=${box}
      class="ask-box"
      type="text"
      aria-label=${t("desk.box")}
      placeholder=${t("desk.box_hint")}
      autocomplete="off"
      spellcheck=${false}
      value=${call.text}
      onInput=${(/** @type {InputEvent} */ event) => call.setText(/** @type {HTMLInputElement} */ (event.target).value)}
    />
    <button class="button button-primary">${t("desk.look_up")}</button>
    <button type="button" class="button" aria-expanded=${picking} onClick=${onPick}>${t("desk.map")}</button>
  </form>`;
}
