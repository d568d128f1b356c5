/**
 * What giving it to somebody would do, before it is done: when they are there, what stands against it, whose deadlines
 * are lost or saved.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration, since } from "/shared/lib/time.js";
import { refusalWords } from "./explanation.js";

/** @typedef {import("../state/shapes_board.js").Effect} Effect */
/** @typedef {import("../state/shapes_board.js").DueEffect} DueEffect */

const SIGNS = { lost: "▲", late: "▲", saved: "✓", in_time: "·" };
const LOOKS = { lost: "word-critical", late: "word-major", saved: "word-saved", in_time: "muted" };

/** @param {{move: import("./board_move.js").Move, names: ReadonlyMap<string, string>, subject: string}} props */
export function MoveEffect({ move, names, subject }) {
  const { preview, problem, to, options } = move;
  return html`<section class="effect" aria-label=${t("effect.title")} aria-live="polite">
    <h2>${subject}</h2>
    <p class="muted effect-keys">${t(move.byKeys ? "effect.keys" : "effect.drag")}</p>
    ${problem && html`<p class="notice notice-refused">${problem}</p>`}
    ${!problem && !preview && html`<p class="muted">${t(to ? "effect.reckoning" : options ? "effect.choose" : "effect.looking")}</p>`}
    ${preview && html`<${Said} preview=${preview} names=${names} />`}
    <div class="moves">
      ${move.byKeys && preview && html`<button class="button button-small button-primary" onClick=${() => void move.drop()}>${t("effect.give", { who: preview.name })} <kbd>Enter</kbd></button>`}
      ${move.byKeys && html`<button class="button button-small" onClick=${move.cancel}>${t("cancel")} <kbd>Esc</kbd></button>`}
    </div>
  </section>`;
}

/** @param {{preview: import("../state/shapes_board.js").Preview, names: ReadonlyMap<string, string>}} props */
function Said({ preview, names }) {
  const { effects, refusals } = preview;
  const zone = effects.find(({ given }) => given)?.time_zone;
  return html`<div class="effect-said">
    <p class="effect-arrives">
      <strong>${preview.name}</strong>
      ${" "}${t("effect.arrives", { at: clock(preview.arrive, zone), left: duration(-since(preview.arrive)), km: preview.km.toFixed(1) })}
    </p>
    ${preview.holds && html`<p class="muted">${t("effect.after", { id: preview.holds })}</p>`}
    ${refusals.length > 0 && html`<ul class="list effect-against">
      ${refusals.map((one) => html`<li key=${one.code} class="word-major">✕ ${refusalWords(one)}</li>`)}
    </ul>`}
    <h3>${t("effect.deadlines")}</h3>
    <ul class="list effect-list">
      ${effects.map((effect) => html`<${EffectLine} key=${effect.need} effect=${effect} names=${names} />`)}
    </ul>
  </div>`;
}

/** @param {{effect: Effect, names: ReadonlyMap<string, string>}} props */
function EffectLine({ effect, names }) {
  const who = effect.technician && (names.get(effect.technician) ?? effect.technician);
  return html`<li class=${effect.given ? "effect-given" : ""}>
    <p><strong>${effect.site_name || effect.site}</strong> <span class="muted">${movedWords(effect, who)}</span></p>
    ${effect.due.length === 0 && html`<p class="muted">${t("effect.no_deadline")}</p>`}
    ${effect.due.map((due) => html`<p key=${`${due.kind}${due.at}`} class=${LOOKS[due.verdict]}>${SIGNS[due.verdict]} ${dueWords(due, effect)}</p>`)}
  </li>`;
}

/** By how much somebody is there sooner or later, and who.
 * @param {Effect} effect
 * @param {string|null} who */
function movedWords({ before, after, time_zone: zone }, who) {
  if (!after) return t("effect.nobody");
  const words = { who: who ?? "", at: clock(after, zone) };
  if (!before) return t("effect.there", words);
  const minutes = Math.round((Date.parse(after) - Date.parse(before)) / 60_000);
  if (Math.abs(minutes) < 1) return t("effect.there", words);
  return t(minutes > 0 ? "effect.later" : "effect.sooner", { ...words, time: duration(Math.abs(minutes) * 60) });
}

/** @param {DueEffect} due
 * @param {Effect} effect */
function dueWords(due, { time_zone: zone }) {
  const words = { what: t(`due.${due.kind}`), at: clock(due.at, zone) };
  if (due.margin === null) return t("effect.due.nobody", words);
  const time = duration(Math.abs(due.margin) * 60);
  return t(`effect.due.${due.verdict}`, { ...words, time });
}
