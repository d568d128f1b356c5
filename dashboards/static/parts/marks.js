/**
 * The small signs that every view shares: severity as shape, word and colour; times; states of a thing in words.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { cssClass, shape, word } from "/shared/lib/severity.js";
import { duration, full, now, relative, since } from "/shared/lib/time.js";

const NOW_SECONDS = 60;

/** @param {{severity: string, quiet?: boolean, beat?: boolean, only?: boolean}} props `only`: the mark without its word */
export function Mark({ severity, quiet, beat, only }) {
  return html`<span class="mark">
    <span class=${`severity ${cssClass(severity)}${beat ? " beat" : ""}`} aria-hidden="true">${shape(severity)}</span>
    <span class=${only ? "visually-hidden" : quiet ? "muted" : ""}>${word(severity)}</span>
  </span>`;
}

/** A moment: now, relative within the hour, then the clock; the whole of it on hover.
 * @param {{at: string|null, zone?: string|null}} props */
export function Time({ at, zone }) {
  return at && html`<time datetime=${at} title=${full(at, zone)}>${momentWords(at, zone)}</time>`;
}

/** @param {string} at
 * @param {string|null|undefined} zone */
function momentWords(at, zone) {
  const age = since(at);
  if (Math.abs(age) >= NOW_SECONDS) return relative(at, zone);
  return t(age < 0 ? "soon" : "now");
}

/** How long until a moment, or since it; `going` says that what began then goes on.
 * @param {{at: string, zone?: string|null, going?: boolean}} props */
export function Countdown({ at, zone, going }) {
  const left = (Date.parse(at) - now()) / 1000;
  const time = duration(Math.abs(left));
  const words = left >= 0 ? t("in", { time }) : t(going ? "for" : "ago", { time });
  return html`<time datetime=${at} title=${full(at, zone)}>${words}</time>`;
}

/** An empty, loading or refused view: one sentence and the next step.
 * @param {{title: string, hint?: string, children?: unknown}} props */
export function Nothing({ title, hint, children }) {
  return html`<div class="nothing">
    <p class="nothing-title">${title}</p>
    ${hint && html`<p class="muted">${hint}</p>`} ${children}
  </div>`;
}
