/**
 * One handover: the sentence to be read first, the notes of the shift, what was open, and who handed over to whom.
 */

import { html, useRef, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { full } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { printSheet } from "../parts/print.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { searchOf } from "../state/route.js";
import { refusalSentence } from "../words/catalogue.js";
import { handoverText } from "../words/handover.js";
import { HandoverPictureView } from "./handover_picture.js";

/** @typedef {import("../state/shapes_shift.js").Handover} Handover */
/** @typedef {Handover & {picture: import("../state/shapes_shift.js").HandoverPicture}} Drawn */

const AGAIN_MS = 30_000;

/** @param {{id: string, on: string, user: import("/shared/lib/api.js").User, board: any, onChanged: () => Promise<void>}} props */
export function HandoverDetail({ id, on, user, board, onChanged }) {
  const [asked, setAsked] = useState("");
  const path = `/api/v1/handovers/${encodeURIComponent(id)}`;
  const { data, problem, again } = useFetched(path, { everyMs: AGAIN_MS, on });
  const handover = /** @type {Drawn|null} */ (data);
  const act = handover ? nextAct(handover, user.name) : "";
  useKeys(handover ? keysOf(act, setAsked, () => printIt(handover)) : []);
  if (!handover) return html`<div class="detail"><${Nothing} title=${problem || t("loading.handover")} /></div>`;
  const send = async (/** @type {string} */ what, /** @type {object} */ given) => {
    await post(`${path}/${what}`, given);
    await Promise.all([again(), onChanged()]);
  };
  const close = () => setAsked("");
  return html`<article class="detail detail-handover" aria-labelledby="handover-title" tabindex="0">
    <header class="detail-head">
      <p class="back"><a href=${searchOf({ view: "handover" })}>← ${t("view.handover")}</a></p>
      <h2 id="handover-title">${handover.sentence?.[lang()]}</h2>
      <p class="muted"><${Course} handover=${handover} /></p>
      ${handover.remarks && html`<p class="notice">${handover.signed_by}: ${handover.remarks}</p>`}
    </header>
    <div class="moves">
      ${act === "hand-over" && html`<button class="button button-primary" onClick=${() => setAsked(act)}>${t("handover.hand_over")} <kbd>o</kbd></button>`}
      ${act === "sign" && html`<button class="button button-primary" onClick=${() => setAsked(act)}>${t("handover.sign")} <kbd>o</kbd></button>`}
      ${act === "wait" && html`<span class="muted">${t("handover.wait")}</span>`}
      <button class="button button-quiet" onClick=${() => printIt(handover)}>${t("print")} <kbd>p</kbd></button>
    </div>
    <${Notes} handover=${handover} onSend=${(/** @type {string} */ text) => send("notes", { text })} />
    <${HandoverPictureView} picture=${handover.picture} board=${board} />
    ${asked === "hand-over" && html`<${HandOverDialog} handover=${handover} onSend=${send} onClose=${close} />`}
    ${asked === "sign" && html`<${SignDialog} handover=${handover} onSend=${send} onClose=${close} />`}
  </article>`;
}

/** What the reader can do with it next; whoever handed over cannot sign for it.
 * @param {Handover} handover
 * @param {string} me */
function nextAct({ state, handed_over_by }, me) {
  if (state === "draft") return "hand-over";
  if (state === "signed") return "";
  return handed_over_by === me ? "wait" : "sign";
}

/** @param {string} act
 * @param {(what: string) => void} ask
 * @param {() => void} print */
function keysOf(act, ask, print) {
  const printing = { keys: "p", label: "print", run: print };
  if (act !== "hand-over" && act !== "sign") return [printing];
  return [{ keys: "o", label: act === "sign" ? "handover.sign" : "handover.hand_over", run: () => ask(act) }, printing];
}

/** @param {Drawn} handover */
function printIt(handover) {
  printSheet(`${t("view.handover")} ${handover.id}`, handoverText(handover));
}

/** @param {{handover: Handover}} props */
function Course({ handover }) {
  const { id, made_by, made_at, handed_over_by, handed_over_at, signed_by, signed_at } = handover;
  return html`${id} · ${t("handover.begun", { who: made_by })} <${Time} as="ago" at=${made_at} />
    ${handed_over_at && html` · ${t("handover.by", { who: handed_over_by ?? "" })} <time datetime=${handed_over_at}>${full(handed_over_at)}</time>`}
    ${signed_at && html` · ${t("handover.signed_by", { who: signed_by ?? "" })} <time datetime=${signed_at}>${full(signed_at)}</time>`}`;
}

/** @param {{handover: Handover, onSend: (text: string) => Promise<void>}} props */
function Notes({ handover, onSend }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const sending = useRef(false);
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const open = handover.state !== "signed";
  useKeys(open ? [{ keys: "c", label: "handover.note", run: () => box.current?.focus() }] : []);
  const send = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (sending.current) return;
    sending.current = true;
    try {
      await onSend(text);
      setText((typed) => (typed === text ? "" : typed)); // the next note may be begun
      setProblem("");
    } catch (error) {
      setProblem(refusalSentence(error));
    }
    sending.current = false;
  };
  const type = (/** @type {Event} */ event) => setText(/** @type {HTMLInputElement} */ (event.currentTarget).value);
  return html`<section>
    <h3>${t("handover.notes")}</h3>
    <ul class="notes">
      ${handover.notes.map((note) => html`<li><span class="muted">${note.by} <${Time} as="ago" at=${note.at} /></span> ${note.text}</li>`)}
      ${!handover.notes.length && html`<li class="muted">${t("handover.no_notes")}</li>`}
    </ul>
    ${
      open &&
      html`<form class="note-form" onSubmit=${send}>
        <input ref=${box} aria-label=${t("handover.note")} placeholder=${t("handover.note")} value=${text} onInput=${type} required maxlength="4000" />
        <kbd>c</kbd> <button class="button">${t("handover.add")}</button>
        ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
      </form>`
    }
  </section>`;
}

/** @typedef {{handover: Drawn, onSend: (what: string, given: object) => Promise<void>, onClose: () => void}} Question */

/** @param {Question} props */
function HandOverDialog({ handover, onSend, onClose }) {
  const submit = async () => {
    await onSend("hand-over", { version: handover.version });
    say({ text: t("handover.handed") });
  };
  return html`<${FormDialog} title=${t("handover.hand_over")} action=${t("handover.hand_over")} onClose=${onClose} onSubmit=${submit}>
    <p>${handover.sentence?.[lang()]}</p>
    <p class="muted">${t("handover.hand_over_means", { n: handover.notes.length })}</p>
  <//>`;
}

/** @param {Question} props */
function SignDialog({ handover, onSend, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ remarks }) => {
    await onSend("sign", { version: handover.version, remarks });
    say({ text: t("handover.taken") });
  };
  return html`<${FormDialog} title=${t("handover.sign")} action=${t("handover.sign")} onClose=${onClose} onSubmit=${submit}>
    <p>${t("handover.by", { who: handover.handed_over_by ?? "" })} · ${handover.sentence?.[lang()]}</p>
    <p class="muted">${t("handover.sign_means")}</p>
    <${Field} name="remarks" label=${t("handover.remarks")}>
      <textarea id="field-remarks" name="remarks" rows="2" maxlength="4000"></textarea>
    <//>
  <//>`;
}
