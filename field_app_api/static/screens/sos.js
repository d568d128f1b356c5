/** Help, now: hold for two seconds, then confirm; and a number to call, which needs no server. */

import { html, useEffect, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { AloneTimer } from "../job/alone.js";
import { Refused } from "../job/refused.js";
import { Thumb } from "../parts/thumb.js";

/** @typedef {import("../work.js").Work} Work */

const HOLD_MS = 2000;
const KEYS = ["Enter", " "];

/** @param {{work: Work}} props */
export function SosPage({ work }) {
  const [held, setHeld] = useState(false);
  const sos = work.sos;
  const call = () => {
    setHeld(false);
    void work.callForHelp();
  };
  const manager = work.day?.person.manager;
  return html`<main class="page page-job">
    <h1 class="visually-hidden">${t("sos.title")}</h1>
    ${sos ? html`<${Called} work=${work} sos=${sos} />` : html`<p>${t("sos.what")}</p>`}
    <${Refused} work=${work} items=${work.aside.filter((item) => item.kind === "sos")} />
    ${manager?.phone && html`<a class="button call" href=${`tel:${manager.phone}`}>${t("sos.call", { name: manager.name })} <strong>${manager.phone}</strong></a>`}
    ${!sos && html`<${AloneTimer} work=${work} />`}
    ${sos
      ? html`<${Thumb}>
          <a class="button" href="#">${t("do.back")}</a>
          <button class="button button-thumb" onClick=${() => void work.endHelp(t("sos.well"))}>${t("sos.end")}</button>
        <//>`
      : html`<${Thumb} caption=${held ? t("sos.sure") : null}>
          ${held
            ? html`<button class="button" onClick=${() => setHeld(false)}>${t("do.cancel")}</button>
                <button class="button button-thumb alarm" onClick=${call}>${t("sos.send")}</button>`
            : html`<a class="button" href="#">${t("do.back")}</a><${HoldButton} onHeld=${() => setHeld(true)} />`}
        <//>`}
  </main>`;
}

/** @param {{work: Work, sos: {since: string, known: boolean}}} props */
function Called({ work, sos }) {
  const time = clock(sos.since, work.day?.person.time_zone);
  return html`<p class="banner" role="alert">${t(sos.known ? "sos.known" : "sos.unsent", { time })}</p>`;
}

/** @param {{onHeld: () => void}} props */
function HoldButton({ onHeld }) {
  const timer = useRef(0);
  const [holding, setHolding] = useState(false);
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = 0;
    setHolding(false);
  };
  const start = () => {
    if (timer.current) return;
    setHolding(true);
    timer.current = window.setTimeout(() => {
      stop();
      navigator.vibrate?.(200);
      onHeld();
    }, HOLD_MS);
  };
  useEffect(() => stop, []);
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!KEYS.includes(event.key)) return;
    event.preventDefault();
    start();
  };
  return html`<button
    class=${holding ? "button button-thumb alarm holding" : "button button-thumb alarm"}
    onPointerDown=${start} onPointerUp=${stop} onPointerLeave=${stop} onPointerCancel=${stop} onKeyDown=${onKey} onKeyUp=${stop}
    onBlur=${stop} onContextMenu=${(/** @type {Event} */ event) => event.preventDefault()}
  >${t("sos.hold")}</button>`;
}
