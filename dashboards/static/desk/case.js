/**
 * One complaint opened: its state in a sentence, what can be done with it, its life as a conversation, what hangs on it.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Nothing } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { sendAsSeen } from "../parts/use_version.js";
import { toMerge } from "../state/desk_queue.js";
import { isAsDecided, STEP_KEYS, stepsOf } from "../state/desk_steps.js";
import { urgeComplaint } from "./call_deeds.js";
import { CaseDialog } from "./case_dialogs.js";
import { CaseSide } from "./case_side.js";
import { Talk } from "./case_talk.js";
import { categoryName, queueName } from "./care.js";
import { Due, whoOf } from "./queue_line.js";
import { channelWord } from "./said_words.js";

/** @typedef {import("../state/shapes_desk.js").Case} Case */
/** @typedef {import("../state/desk_steps.js").Step} Step */
/** @typedef {import("../state/desk_queue.js").Line} Line */

const AGAIN_MS = 30_000;
const AT_ONCE = /** @type {Record<string, {path: string, body: object}>} */ ({
  take: { path: "take", body: {} },
  back: { path: "call-back", body: { outcome: "back" } },
  still_out: { path: "call-back", body: { outcome: "still_out" } },
  not_reached: { path: "call-back", body: { outcome: "not_reached" } },
  split: { path: "split", body: {} },
});
const WITHOUT_VERSION = ["split"];

/**
 * @param {object} props
 * @param {string} props.id
 * @param {Line|null} props.line  the queue's line that it led, of many perhaps
 * @param {import("../state/board.js").Board} props.board
 * @param {import("./care.js").CareIndex} props.care
 * @param {import("/shared/lib/api.js").Session} props.session
 * @param {(id: string) => void} props.onOpen
 * @param {() => void} props.onClose
 */
export function CaseView({ id, line, board, care, session, onOpen, onClose }) {
  const live = board.items("complaint").get(id)?.version;
  const path = `/api/v1/complaints/${encodeURIComponent(id)}`;
  const { data, problem, again } = useFetched(path, { on: live, everyMs: AGAIN_MS });
  const asOf = useMemo(now, [data]);
  const [dialog, setDialog] = useState(/** @type {Step|null} */ (null));
  const one = /** @type {Case|null} */ (data);
  if (!one)
    return html`<${Nothing} title=${problem || t("desk.loading_case")}>
      <button class="button" onClick=${onClose}>${t("desk.back_to_call")} <kbd>Esc</kbd></button>
    <//>`;
  const others = line ? othersNow(line, board) : [];
  const deed = deedsOn(one, { others, again, show: (/** @type {any} */ next) => board.apply("complaint", next), ask: setDialog });
  const steps = session.permissions.includes("register_complaints") ? stepsOf(one, session.user.name, others.length > 0) : [];
  return html`<article class="case" aria-label=${t("desk.complaint_of", { id })}>
    <${Head} one=${one} many=${others.length ? (line?.count ?? 1) : 1} care=${care} problem=${problem} />
    <${Steps} steps=${steps} others=${others.length} onStep=${deed.step} />
    <div class="case-body">
      <${Talk} one=${one} />
      <${CaseSide} one=${one} asOf=${asOf} care=${care} leads=${session.permissions.includes("lead_shift")} onDo=${deed.send} onOpen=${onOpen} onAnswerAll=${() => setDialog("answer")} />
    </div>
    ${dialog && html`<${CaseDialog} step=${dialog} one=${one} care=${care} onSend=${deed.send} onClose=${() => setDialog(null)} />`}
  </article>`;
}

/** @param {Case} one
 * @param {{others: string[], again: () => Promise<void>, show: (one: any) => void, ask: (step: Step) => void}} with_ */
function deedsOn(one, { others, again, show, ask }) {
  const base = `/api/v1/complaints/${encodeURIComponent(one.id)}`;
  /** Throws what was refused, having looked at what happened meanwhile.
   * @param {string} path  of the step; from the root where it begins with a slash
   * @param {object} body  of a step on the complaint as it was seen, with its version */
  const send = async (path, body) => {
    const step = (/** @type {object} */ more) => post(path.startsWith("/") ? path : `${base}/${path}`, { ...body, ...more });
    try {
      show(await ("version" in body ? sendAsSeen(base, one, isAsDecided, (version) => step({ version })) : step({})));
    } finally {
      void again();
    }
  };
  const urge = async () => {
    show(await urgeComplaint(one, one.outage?.ticket ?? one.ticket));
    void again();
  };
  const merge = async () => {
    await send("merge", { children: others });
    say({ text: t("desk.merged_n", { n: others.length }) });
  };
  /** @param {Step} step */
  const step = (step) => {
    const simple = AT_ONCE[step];
    if (simple) {
      const version = WITHOUT_VERSION.includes(step) ? {} : { version: one.version };
      void send(simple.path, { ...simple.body, ...version }).then(() => say({ text: t(`step.${step}.done`) }), sayRefusal);
    } else if (step === "urge") void urge().catch(sayRefusal);
    else if (step === "merge") void merge().catch(sayRefusal);
    else ask(step);
  };
  return { send, step };
}

/** Those of the queue's line that can still be put under its lead, as they stand by now.
 * @param {Line} line
 * @param {import("../state/board.js").Board} board */
function othersNow({ under, ...line }, board) {
  const latest = (/** @type {import("../state/shapes_desk.js").Complaint} */ one) => board.items("complaint").get(one.id) ?? one;
  return toMerge({ ...line, under: under.map(latest) });
}

/** @param {{one: Case, many: number, care: import("./care.js").CareIndex, problem: string}} props */
function Head({ one, many, care, problem }) {
  useTick();
  const zone = one.time_zone;
  const facts = [
    one.id,
    one.phone,
    one.tenant,
    one.site_name,
    categoryName(care, one.category),
    queueName(care, one.queue),
    one.owner ? t("desk.owned_by", { name: one.owner }) : t("desk.owned_by_nobody"),
    t("desk.registered_at", { at: clock(one.registered_at, zone), channel: channelWord(one.channel) }),
  ].filter(Boolean);
  return html`<header class="case-head">
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    <h2 class="case-title">
      ${whoOf(one)} ${one.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
      <span class="muted">${t(one.still_out_at && one.state !== "closed" ? "desk.still_out" : `complaint.${one.state}`)}</span>
      ${one.due_at && html`<span class="case-due">${t(one.answered_at ? "desk.to_solve" : "desk.to_answer")} <${Due} at=${one.due_at} zone=${zone} /></span>`}
    </h2>
    <p class="case-text">${one.text}</p>
    ${one.leader_at && html`<p class="word-major"><span aria-hidden="true">▲ </span>${t("desk.waits_for_leader", { why: t(`leader.${one.leader_reason}`) })}</p>`}
    ${one.heat === "heated" && html`<p class="word-critical"><span aria-hidden="true">◆ </span>${t("heat.heated")}</p>`}
    ${one.closed_at && html`<p class="muted">${t("desk.closed_as", { at: clock(one.closed_at, zone), why: t(`closed.${one.closed_reason}`), text: one.closed_text ?? "" })}</p>`}
    ${many > 1 && html`<p class="notice">${t("desk.stands_for", { n: many })}</p>`}
    <p class="who">${facts.map((fact) => html`<span key=${fact} class="muted">${fact}</span>`)}</p>
  </header>`;
}

/** @param {{steps: Step[], others: number, onStep: (step: Step) => void}} props */
function Steps({ steps, others, onStep }) {
  useKeys(steps.map((step) => ({ keys: STEP_KEYS[step], label: `step.${step}`, run: () => onStep(step) })));
  return html`<div class="case-steps" role="group" aria-label=${t("desk.steps")}>
    ${steps.map(
      (step, place) => html`<button
        key=${step}
        type="button"
        class=${place ? "button button-small" : "button button-small button-primary"}
        onClick=${() => onStep(step)}
      >
        ${step === "merge" ? t("desk.merge_n", { n: others }) : t(`step.${step}`)} <kbd>${STEP_KEYS[step]}</kbd>
      </button>`,
    )}
  </div>`;
}
