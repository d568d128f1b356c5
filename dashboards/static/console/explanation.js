/**
 * Why this technician, and why not each of the others, in the words of the reader's language; distances as bars.
 */

import { html } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";

/** @typedef {{code: string, words: string, values?: Record<string, string>, technician?: string, name?: string}} Said */
/** @typedef {Said & {minutes?: number, km?: number, from?: string, rank?: number, of?: number, although?: Said[]}} Why */
/** @typedef {{job: string, deadline: string|null}} WaitsFor */

/** @param {{explanation: Record<string, unknown>}} props as dispatch writes it */
export function Explanation({ explanation }) {
  const {
    why,
    others = [],
    more = {},
    waits = [],
  } = /** @type {{why?: Why|null, others?: Said[], more?: Record<string, number>, waits?: WaitsFor[]}} */ (explanation);
  if (!why && !others.length) return html`<p class="muted">${t("why.nothing_recorded")}</p>`;
  return html`<div class="explanation">
    ${why && html`<p><strong>${why.name ?? why.technician}</strong> ${whyWords(why)}</p>`}
    ${why?.although?.map((one) => html`<p class="muted">${t("why.although")} ${refusalWords(one)}</p>`)}
    <${Nearness} why=${why ?? null} others=${others} />
    ${
      others.length > 0 &&
      html`<dl class="others">
        ${byReason(others.filter((one) => !nearness(one))).map(
          ([words, names]) =>
            html`<div key=${words}>
              <dt class="muted">${words}</dt>
              <dd>${names.join(t("comma"))}</dd>
            </div>`,
        )}
      </dl>`
    }
    ${Object.entries(more).map(([code, n]) => html`<p class="muted">${t("why.more", { n, words: t(has(`more.${code}`) ? `more.${code}` : `refusal.${code}`) })}</p>`)}
    ${waits.length > 0 && html`<p class="muted">${t("why.waits", { what: waits.map((one) => one.job).join(t("comma")) })}</p>`}
  </div>`;
}

const MOST_BARS = 8;

/** Who could have gone too: how much longer each would have taken, drawn to one scale.
 * @param {{why: Why|null, others: Said[]}} props */
function Nearness({ why, others }) {
  const base = why?.minutes;
  if (base === undefined) return null;
  const could = others.filter(nearness).slice(0, MOST_BARS);
  const rows = could.map((one) => ({ said: one, minutes: base + minutesOf(one) }));
  if (!rows.length) return null;
  const most = Math.max(base, ...rows.map((one) => one.minutes), 1);
  const bar = (/** @type {string} */ name, /** @type {number} */ minutes, /** @type {string} */ words, chosen = false) =>
    html`<div key=${name} class=${chosen ? "near near-chosen" : "near"}>
      <dt>${name}</dt>
      <dd>
        <span class="near-bar" style=${{ width: `${(100 * Math.max(0, minutes)) / most}%` }}></span>
        <span class="near-words">${t("minutes_n", { n: Math.max(0, Math.round(minutes)) })} <span class="muted">${words}</span></span>
      </dd>
    </div>`;
  return html`<dl class="nearness">
    ${bar(why?.name ?? why?.technician ?? "", base, "", true)}
    ${rows.map(({ said, minutes }) => bar(said.name || (said.technician ?? ""), minutes, said.code === "goes_elsewhere" ? refusalWords(said) : ""))}
  </dl>`;
}

/** Whether somebody could have gone, only later or to something better.
 * @param {Said} said */
function nearness(said) {
  return said.values?.minutes !== undefined && ["farther", "goes_elsewhere"].includes(said.code);
}

/** @param {Said} said */
function minutesOf(said) {
  return Number(said.values?.minutes ?? 0);
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
  if (why.minutes === undefined || !has(`chosen.${why.code}`)) return why.words;
  const from = has(`from.${why.from}`) ? t(`from.${why.from}`) : t("from.order", { id: why.from ?? "" });
  const among = why.of === 1 ? t("why.only") : t(`chosen.${why.code}`, { n: why.of ?? 0 });
  return t("why.away", { minutes: Math.round(why.minutes), km: (why.km ?? 0).toFixed(1), from, among });
}

/** Why somebody is not sent, or should not be.
 * @param {Said} said */
export function refusalWords(said) {
  const key = `refusal.${said.code}`;
  const values = said.values?.skill ? { ...said.values, skill: skillWord(said.values.skill) } : said.values;
  const filled = has(key) ? t(key, values) : said.words;
  return filled.includes("{") ? said.words : filled;
}

/** @param {string} skill */
export function skillWord(skill) {
  return has(`skill.${skill}`) ? t(`skill.${skill}`) : skill;
}

/** Why a need has nobody yet. A sentence that says who or until when, which only the service knows, follows the words.
 * @param {import("../shapes.js").WaitingNeed} waiting */
export function waitingWords(waiting) {
  return has(`waiting.${waiting.code}`) ? t(`waiting.${waiting.code}`) : waiting.hint;
}
