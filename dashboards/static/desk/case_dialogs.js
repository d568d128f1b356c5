/**
 * What must be said for a step on a complaint: each is a form, which stays open with the reason when it is refused.
 */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { changesOf, closingIsRefused, dueChoices } from "../state/desk_steps.js";
import { term, unitWord } from "./care.js";

/** @typedef {import("../state/shapes_desk.js").Case} Case */
/** @typedef {import("../state/desk_steps.js").Step} Step */
/** @typedef {import("./care.js").CareIndex} CareIndex */
/** @typedef {Record<string, string>} Fields */
/** @typedef {{path: string, body: (fields: Fields, one: Case, shown: Case) => object, form: (props: {one: Case, care: CareIndex}) => unknown}} Form
 *   `shown` is the complaint as it was when the form opened */

const CHANNELS = ["phone", "sms", "email", "visit"];

/** @type {Partial<Record<Step, Form>>} */
const FORMS = {
  answer: {
    path: "answer",
    body: ({ text, channel, send, children }, { version }) => ({ text, channel, send: Boolean(send), children: Boolean(children), version }),
    form: ({ one }) => html`<${Words} label=${t("desk.answer_text")} value=${one.outage?.script[one.language === "en" ? "en" : "zh"].join("\n") ?? ""} />
      <${Channel} one=${one} />
      <${Tick} name="send" label=${t("desk.send_too")} />
      ${one.children > 0 && html`<${Tick} name="children" on label=${t("desk.to_children", { n: one.children })} />`}`,
  },
  promise: {
    path: "promise",
    body: ({ what, minutes, text }, one) => {
      const may = one.category_of_it.may_promise.find(({ id }) => id === what);
      const due = new Date(now() + Number(minutes) * 60_000).toISOString();
      return { text: text?.trim() || (may?.[one.language === "en" ? "en" : "zh"] ?? ""), due_at: due };
    },
    form: PromiseForm,
  },
  grant: {
    path: "grant",
    body: ({ grant, amount, text }) => ({ grant, amount: Number(amount), text }),
    form: ({ one }) => html`<${Choice}
        name="grant"
        label=${t("desk.grant")}
        options=${one.category_of_it.grants.map((may) => [may.id, t("desk.may_up_to", { what: may[lang()], limit: may.limit, leader: may.leader_limit, unit: unitWord(may.unit) })])}
      />
      <${Field} name="amount" label=${t("desk.amount")}><input id="field-amount" name="amount" type="number" min="0.01" step="any" required /><//>
      <${Words} label=${t("desk.grant_why")} optional />`,
  },
  hand_over: {
    path: "hand-over",
    body: ({ to, queue, note }, { version }) => ({ to, queue, note, version }),
    form: ({ one, care }) => html`<${Agents} one=${one} />
      <${Choice}
        name="queue"
        label=${t("desk.queue")}
        optional
        chosen=${one.queue}
        options=${[...care.queues].map(([id, words]) => [id, words[lang()]])}
      />
      <${Field} name="note" label=${t("desk.hand_note")}><textarea id="field-note" name="note" required maxlength="1000" rows="3"></textarea><//>`,
  },
  change: {
    path: "change",
    body: ({ category, heat, text, language }, { version }, shown) => ({ ...changesOf({ category, heat, text, language }, shown), version }),
    form: ({ one, care }) => html`<${Choice} name="category" label=${t("desk.category")} chosen=${one.category} options=${care.categories.map((may) => [may.id, may[lang()]])} />
      <${Choice} name="heat" label=${t("desk.heat")} chosen=${one.heat} options=${["calm", "annoyed", "heated"].map((heat) => [heat, t(`heat.${heat}`)])} />
      <${Choice} name="language" label=${t("desk.language")} chosen=${one.language} options=${[["zh", "中文"], ["en", "English"]]} />
      <${Words} label=${t("desk.said")} value=${one.text} optional />`,
  },
  note: {
    path: "contacts",
    body: ({ direction, channel, text }) => ({ direction, channel, text }),
    form: ({ one }) => html`<${Choice} name="direction" label=${t("desk.who_spoke")} options=${[["in", t("desk.customer")], ["out", t("desk.we")]]} />
      <${Channel} one=${one} />
      <${Words} label=${t("desk.what_was_said")} />`,
  },
  rate: {
    path: "satisfaction",
    body: ({ score, text }) => ({ score: Number(score), text }),
    form: () => html`<${Choice} name="score" label=${t("desk.score")} chosen="5" options=${[5, 4, 3, 2, 1].map((score) => [score, t(`score.${score}`)])} />
      <${Words} label=${t("desk.what_was_said")} optional />`,
  },
  close: {
    path: "close",
    body: ({ reason, text }, { version }) => ({ reason, text, version }),
    form: ({ one, care }) => {
      const why = closingIsRefused(one);
      return html`${why && html`<p class="notice notice-refused">${t(`refused.${why}`)}</p>`}
        <${Choice} name="reason" label=${t("desk.close_reason")} options=${care.closedReasons.map((reason) => [reason, t(`closed.${reason}`)])} />
        <${Words} label=${t("desk.close_text")} />`;
    },
  },
  reopen: {
    path: "reopen",
    body: ({ text }, { version }) => ({ reason: text, version }),
    form: () => html`<${Words} label=${t("reason")} />`,
  },
};

/** @param {{step: Step, one: Case, care: CareIndex, onSend: (path: string, body: object) => Promise<void>, onClose: () => void}} props */
export function CaseDialog({ step, one, care, onSend, onClose }) {
  const [shown] = useState(one); // what the agent sees does not change while they type
  const asked = FORMS[step];
  if (!asked) return null;
  const Form = asked.form;
  const submit = async (/** @type {Fields} */ fields) => {
    await onSend(asked.path, asked.body(fields, one, shown));
    say({ text: t(`step.${step}.done`) });
  };
  return html`<${FormDialog} title=${t(`step.${step}`)} action=${t(`step.${step}`)} onClose=${onClose} onSubmit=${submit}>
    <${Form} one=${shown} care=${care} />
  <//>`;
}

/** What may be promised, and by when at the latest.
 * @param {{one: Case}} props */
function PromiseForm({ one }) {
  const may = one.category_of_it.may_promise;
  const [what, setWhat] = useState(may[0]?.id ?? "");
  const chosen = may.find(({ id }) => id === what);
  if (!chosen) return html`<p class="notice">${t("desk.nothing_to_promise")}</p>`;
  return html`<${Choice} name="what" label=${t("desk.promise")} options=${may.map((kind) => [kind.id, kind[lang()]])} onChoose=${setWhat} />
    <${Choice} key=${what} name="minutes" label=${t("desk.promise_within")} options=${dueChoices(chosen.within_minutes).map((minutes) => [minutes, term(minutes)])} />
    <${Words} label=${t("desk.promise_text")} optional />`;
}

/** Those who may see the complaint, who is there first; or whoever takes it from the queue.
 * @param {{one: Case}} props */
function Agents({ one }) {
  const { data, problem } = useFetched("/api/v1/agents", { params: { complaint: one.id } });
  const agents = /** @type {{items: import("../state/shapes_desk.js").Agent[]}|null} */ (data)?.items ?? [];
  const options = /** @type {[string, string][]} */ (agents.map(({ id, role, here }) =>
    [id, [id, t(`role.${role}`), here ? t("desk.agent_here") : t("desk.agent_away")].join(" · ")]));
  return html`<${Choice} name="to" label=${t("desk.hand_to")} optional hint=${problem} options=${[["", t("desk.hand_to_nobody")], ...options]} />`;
}

/** @param {{label: string, value?: string, optional?: boolean}} props */
function Words({ label, value = "", optional = false }) {
  return html`<${Field} name="text" label=${label}>
    <textarea id="field-text" name="text" rows="4" maxlength="1000" required=${!optional} autofocus>${value}</textarea>
  <//>`;
}

/** @param {{one: Case}} props */
function Channel({ one }) {
  const chosen = CHANNELS.includes(one.channel) ? one.channel : "phone";
  return html`<${Choice} name="channel" label=${t("desk.channel")} chosen=${chosen} options=${CHANNELS.map((id) => [id, t(`channel.${id}`)])} />`;
}

/** @param {{name: string, label: string, on?: boolean}} props */
function Tick({ name, label, on = false }) {
  return html`<label class="tick"><input type="checkbox" name=${name} value="1" checked=${on} /> ${label}</label>`;
}
