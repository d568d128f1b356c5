/**
 * Why this technician, and why not each of the others, in the words of the reader's language.
 */

import { html } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";

/** @typedef {{code: string, words: string, values?: Record<string, string>, technician?: string, name?: string}} Said */
/** @typedef {Said & {minutes?: number, km?: number, from?: string, of?: number, although?: Said[]}} Why */

/** @param {{explanation: Record<string, unknown>}} props as dispatch writes it */
export function Explanation({ explanation }) {
  const {
    why,
    others = [],
    more = {},
  } = /** @type {{why?: Why|null, others?: Said[], more?: Record<string, number>}} */ (explanation);
  if (!why && !others.length) return html`<p class="muted">${t("why.nothing_recorded")}</p>`;
  return html`<div class="explanation">
    ${why && html`<p><strong>${why.name ?? why.technician}</strong> ${whyWords(why)}</p>`}
    ${why?.although?.map((one) => html`<p class="muted">${t("why.although")} ${refusalWords(one)}</p>`)}
    ${
      others.length > 0 &&
      html`<dl class="others">
        ${byReason(others).map(
          ([words, names]) =>
            html`<div key=${words}>
              <dt class="muted">${words}</dt>
              <dd>${names.join(t("comma"))}</dd>
            </div>`,
        )}
      </dl>`
    }
    ${Object.entries(more).map(([code, n]) => html`<p class="muted">${t("why.more", { n, words: refusalWords({ code, words: code }) })}</p>`)}
  </div>`;
}

/** Each reason once, with all whom it kept from going.
 * @param {Said[]} others
 * @returns {[string, string[]][]} */
function byReason(others) {
  /** @type {Map<string, string[]>} */
  const reasons = new Map();
  for (const one of others) {
    const words = refusalWords(one);
    reasons.set(words, [...(reasons.get(words) ?? []), one.name || (one.technician ?? "")]);
  }
  return [...reasons];
}

/** @param {Why} why */
function whyWords(why) {
  if (why.code !== "soonest" || why.minutes === undefined) return why.words;
  const from = t(`from.${why.from ?? "home"}`);
  const among = why.of === 1 ? t("why.only") : t("why.soonest", { n: why.of ?? 0 });
  return t("why.away", { minutes: Math.round(why.minutes), km: (why.km ?? 0).toFixed(1), from, among });
}

/** @param {Said} said */
function refusalWords(said) {
  const key = `refusal.${said.code}`;
  const values = said.values?.skill ? { ...said.values, skill: skillWord(said.values.skill) } : said.values;
  return has(key) ? t(key, values) : said.words;
}

/** @param {string} skill */
export function skillWord(skill) {
  return has(`skill.${skill}`) ? t(`skill.${skill}`) : skill;
}

/** Why a need has nobody yet.
 * @param {import("../shapes.js").WaitingNeed} waiting */
export function waitingWords(waiting) {
  return has(`waiting.${waiting.code}`) ? t(`waiting.${waiting.code}`) : waiting.hint;
}
