/**
 * The small signs that every view shares: severity as shape, word and colour; times; states of a thing in words.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { cssClass, shape, word } from "/shared/lib/severity.js";
import { clock, duration, full, now, relative, since } from "/shared/lib/time.js";

const NOW_SECONDS = 60;
const HOUR_SECONDS = 3600;

/** @param {{severity: string, quiet?: boolean, beat?: boolean, only?: boolean}} props `only`: the mark without its word */
export function Mark({ severity, quiet, beat, only }) {
  return html`<span class="mark">
    <span class=${`severity ${cssClass(severity)}${beat ? " beat" : ""}`} aria-hidden="true">${shape(severity)}</span>
    <span class=${only ? "visually-hidden" : quiet ? "muted" : ""}>${word(severity)}</span>
  </span>`;
}

/** A moment: now, relative within the hour, then the clock; the whole of it on hover. In a column "12 min", in a sentence
 * (`as="ago"`) "12 min ago"; after "until" (`as="clock"`) always the clock.
 * @param {{at: string|null, zone?: string|null, as?: "ago"|"clock"}} props */
export function Time({ at, zone, as }) {
  return at && html`<time datetime=${at} title=${full(at, zone)}>${as === "clock" ? clock(at, zone) : momentWords(at, zone, as)}</time>`;
}

/** @param {string} at
 * @param {string|null|undefined} zone
 * @param {"ago"|undefined} as */
function momentWords(at, zone, as) {
  const age = since(at);
  if (as && age >= NOW_SECONDS && age < HOUR_SECONDS) return t("ago", { time: duration(age) });
  return relative(at, zone);
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
