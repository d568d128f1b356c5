/** The words that a step asks for: cause and result of what was done, or why it was not and what the next one needs. */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { missingChecks } from "../job/checks.js";
import { standing } from "../job/alarms.js";
import { Choice, Several, TextField } from "../parts/fields.js";
import { go } from "../parts/hooks.js";
import { ThumbForm } from "../parts/thumb.js";
import { isVague } from "../state/vague.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */
/** @typedef {{order: ShownOrder, work: Work}} Props */

const DECLINED = ["busy", "far", "off_duty", "vehicle", "skill"];
const FAILED = ["part", "skill", "access", "unsafe", "tenant", "weather"];
const SKILLS = ["power", "transmission", "radio", "environment", "tower"];
const ENOUGH = 4;

/** @param {Props} props */
export function DoneForm({ order, work }) {
  const [cause, setCause] = useState("");
  const [result, setResult] = useState("");
  const rules = work.day?.rules;
  const saysNothing = result.trim() === "" || isVague(result, rules?.vague ?? []);
  const missing = missingChecks(order);
  const submit = () => {
    void work.step(order, "done", { cause: cause.trim(), result: result.trim() });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t("form.done_title")}</h1>
    ${standing(order) > 0 && html`<p class="notice">${t("form.still", { n: standing(order) })}</p>`}
    ${missing > 0 &&
    html`<p class="notice">${t("form.checks_missing", { n: missing })} <a href=${`#${order.id}`}>${t("form.to_checks")}</a></p>`}
    <${ThumbForm} leave=${`#${order.id}`} action=${t("do.done")} submit=${submit} ready=${Boolean(cause.trim()) && !saysNothing}>
      <${TextField} id="report-cause" label=${t("form.cause")} hint=${t("form.cause_hint")} value=${cause} onText=${setCause} long />
      <${TextField}
        id="report-result" label=${t("form.result")} hint=${t("form.result_hint")} value=${result} onText=${setResult} long
        problem=${saysNothing && result.trim().length >= ENOUGH ? t("form.vague", { example: example(rules?.result_example) }) : ""}
      />
      <${StepWords} order=${order} onWords=${(/** @type {string} */ words) => setResult(result ? `${result} ${words}` : words)} />
    <//>
  </main>`;
}

/** The first steps as words to begin with. @param {{order: ShownOrder, onWords: (words: string) => void}} props */
function StepWords({ order, onWords }) {
  const steps = order.first_steps[lang()];
  if (steps.length === 0) return null;
  return html`<fieldset class="choice">
    <legend>${t("form.words")}</legend>
    ${steps.map((step) => html`<button type="button" class="chip chip-words" key=${step} onClick=${() => onWords(step)}>${step}</button>`)}
  </fieldset>`;
}

/** @param {Props} props */
export function DeclineForm({ order, work }) {
  const refuse = (/** @type {string} */ reason) => work.step(order, "declined", { reason });
  return html`<${RefuseForm} order=${order} title=${t("form.declined_title")} action=${t("do.declined")} refuse=${refuse} />`;
}

/** @param {Props} props */
export function StepBackForm({ order, work }) {
  const refuse = (/** @type {string} */ reason) => work.stepBack(order, reason);
  return html`<${RefuseForm} order=${order} title=${t("do.step_back")} action=${t("do.step_back")} refuse=${refuse} />`;
}

/** @param {{order: ShownOrder, title: string, action: string, refuse: (reason: string) => Promise<void>}} props */
function RefuseForm({ order, title, action, refuse }) {
  const [choice, setChoice] = useState("");
  const [words, setWords] = useState("");
  const reason = [choice && t(`decline.${choice}`), words.trim()].filter(Boolean).join(": ");
  const submit = () => {
    void refuse(reason);
    go("");
  };
  return html`<main class="page page-job">
    <h1>${title}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${action} submit=${submit} ready=${reason !== ""}>
      <${Choice} label=${t("form.why_declined")} name="reason" options=${inWords("decline", DECLINED)} value=${choice} onChoice=${setChoice} />
      <${TextField} id="report-reason" label=${t("form.own_words")} hint=${t("form.reason_hint")} value=${words} onText=${setWords} long optional />
    <//>
  </main>`;
}

/** @param {Props} props */
export function FailForm({ order, work }) {
  const [choice, setChoice] = useState("");
  const [skills, setSkills] = useState(/** @type {string[]} */ ([]));
  const [parts, setParts] = useState("");
  const [words, setWords] = useState("");
  const submit = () => {
    const needed = parts.split(/[,，、;；\n]/u).map((part) => part.trim()).filter(Boolean);
    void work.step(order, "failed", {
      reason: [t(`fail.${choice}`), words.trim()].filter(Boolean).join(": "),
      hand_over: { skills, parts: needed, text: words.trim() },
    });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t("form.failed_title")}</h1>
    <${ThumbForm} leave=${`#${order.id}`} action=${t("form.hand_over")} submit=${submit} ready=${choice !== ""}>
      <${Choice} label=${t("form.why_failed")} name="reason" options=${inWords("fail", FAILED)} value=${choice} onChoice=${setChoice} />
      <${Several} label=${t("form.next_skills")} options=${inWords("skill", SKILLS)} values=${skills} onChoice=${setSkills} />
      <${TextField} id="report-parts" label=${t("form.next_parts")} hint=${t("form.next_parts_hint")} value=${parts} onText=${setParts} optional />
      <${TextField} id="report-words" label=${t("form.next_words")} hint=${t("form.failed_hint")} value=${words} onText=${setWords} long optional />
    <//>
  </main>`;
}

/** @param {Props} props */
export function AwayForm({ order, work }) {
  const [choice, setChoice] = useState("");
  const [words, setWords] = useState("");
  const reason = [choice && t(`away.${choice}`), words.trim()].filter(Boolean).join(": ");
  const submit = () => {
    void work.step(order, "on_site", { position_reason: reason });
    go(order.id);
  };
  return html`<main class="page page-job">
    <h1>${t("form.away_title")}</h1>
    <p>${t("form.away_what")}</p>
    <${ThumbForm} leave=${`#${order.id}`} action=${t("do.on_site")} submit=${submit} ready=${reason !== ""}>
      <${Choice} label=${t("form.why_away")} name="reason" options=${inWords("away", ["map", "signal", "gate"])} value=${choice} onChoice=${setChoice} />
      <${TextField} id="report-reason" label=${t("form.own_words")} value=${words} onText=${setWords} long optional />
    <//>
  </main>`;
}

/** @param {string} group @param {string[]} names @returns {[string, string][]} */
function inWords(group, names) {
  return names.map((name) => [name, t(`${group}.${name}`)]);
}

const ASCII = /^[\x00-\x7f]*$/;

/** The response centre's example, unless it is in words that the reader did not choose. @param {string | import("../types.js").Words | undefined} given */
function example(given) {
  if (typeof given !== "string") return given?.[lang()] ?? t("form.result_hint");
  return lang() === "zh" && ASCII.test(given) ? t("form.result_hint") : given;
}
