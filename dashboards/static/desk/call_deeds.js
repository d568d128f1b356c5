/**
 * What is done during a call: the complaint registered, the call added to an open one or kept alone, the ticket urged.
 */

import { newKey, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, now } from "/shared/lib/time.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { answeredOf, complaintOf } from "../state/desk_call.js";
import { callTime } from "../state/desk_talk.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("../state/shapes_desk.js").Category} Category */
/** @typedef {import("../state/shapes_desk.js").Complaint} Complaint */
/** @typedef {(complaint: Complaint) => void} Show */

const WISH_MINUTES = 60;

/** One key: registered, linked, and the call-back that was wished for promised.
 * @param {Call} call
 * @param {Category|undefined} category
 * @param {Show} show
 * @returns {Promise<Complaint|null>} null when it was refused, or is registered already */
export async function register(call, category, show) {
  const { about, outage, complaint, busy, key, wish, said, heat, answers } = call.latest.current;
  if (!about || !outage || complaint || busy) return null;
  const note = call.noteOn(about);
  note({ busy: true });
  const taken = { channel: call.pop.channel, call: call.pop.id, said: said.trim() || t("desk.default_text"), heat, answers, category: category?.id ?? "" };
  /** @type {Complaint|null} */
  let made = null;
  const keep = (/** @type {Complaint} */ one) => {
    made = one;
    note({ complaint: one });
    show(one);
  };
  try {
    const answer = await post("/api/v1/complaints", complaintOf(about, outage, taken), { key });
    note({ outage: answer.outage ?? outage });
    keep(answer);
    if (wish && category) await promiseCallBack(answer, category, keep);
  } catch (error) {
    sayRefusal(error);
    if (/** @type {{status?: number}} */ (error).status) note({ key: newKey() }); // refused for good: what is corrected is another request
  } finally {
    note({ busy: false });
  }
  return made; // it may stand though its promise was refused
}

/** @param {Complaint} complaint
 * @param {Category} category
 * @param {Show} keep */
async function promiseCallBack(complaint, category, keep) {
  const may = category.may_promise.find(({ id }) => id === "call_back") ?? category.may_promise[0];
  if (!may) return;
  const due = new Date(now() + Math.min(WISH_MINUTES, may.within_minutes) * 60_000).toISOString();
  const text = complaint.language === "en" ? may.en : may.zh;
  keep(await post(`/api/v1/complaints/${complaint.id}/promise`, { text, due_at: due }));
}

/** The call is kept with the complaint that stands open already.
 * @param {Call} call
 * @param {Complaint} open
 * @param {Show} show */
export async function addToOpen(call, open, show) {
  const { about, said, complaint, busy } = call.latest.current;
  if (!about || complaint || busy) return;
  const note = call.noteOn(about);
  note({ busy: true });
  const outcome = [t("desk.repeated_call"), call.pop.id, callTime((now() - call.since) / 1000)].filter(Boolean).join(" · ");
  const body = { direction: "in", channel: call.pop.channel, call: call.pop.id, text: said.trim() || t("desk.asked_again"), outcome };
  const kept = await post(`/api/v1/complaints/${open.id}/contacts`, body).catch(sayRefusal);
  note({ busy: false });
  if (!kept) return;
  note({ complaint: kept });
  show(kept);
}

/** Whoever was only answered is kept too: a contact without a complaint.
 * @param {Call} call
 * @returns {Promise<boolean>} whether it is kept */
export async function keepAnswered(call) {
  const { about, outage, said, key } = call.latest.current;
  if (!about || !isOnlyAnswered(call)) return false;
  const body = answeredOf(about, /** @type {import("../state/shapes_desk.js").Outage} */ (outage), {
    channel: call.pop.channel, call: call.pop.id, text: said.trim() || t("desk.asked_only"),
  });
  const kept = await post("/api/v1/contacts", body, { key: `${key}-answered` }).catch(sayRefusal);
  if (kept) say({ text: t("desk.kept_answered") });
  return Boolean(kept);
}

/** Whether there was an answer and nothing came of it.
 * @param {Call} call */
export function isOnlyAnswered({ latest: { current: { about, outage, complaint, busy } } }) {
  return Boolean(about && outage && !complaint && !busy);
}

/** One key: the crew is pressed on, and the supervisor hears of the customer.
 * @param {Call} call
 * @param {Category|undefined} category
 * @param {Show} show */
export async function urge(call, category, show) {
  const { about, outage, urged } = call.latest.current;
  if (!about || !outage || urged) return;
  const note = call.noteOn(about);
  note({ heat: "heated" });
  const complaint = call.latest.current.complaint ?? (await register(call, category, show));
  if (!complaint) return;
  note({ urged: true });
  const known = call.latest.current.about === about ? call.latest.current.outage : outage;
  const heated = await urgeComplaint(complaint, known?.ticket ?? complaint.ticket).catch(sayRefusal);
  if (!heated) return note({ urged: false });
  note({ complaint: heated });
  show(heated);
}

/** Brings the leader to a complaint, and presses on its ticket where there is one.
 * @param {Complaint} complaint
 * @param {string|null} ticket
 * @returns {Promise<Complaint>} */
export async function urgeComplaint(complaint, ticket) {
  const path = `/api/v1/complaints/${complaint.id}/change`;
  const heated = complaint.heat === "heated" ? complaint : await post(path, { heat: "heated" });
  if (!ticket) {
    say({ text: t("desk.urged_leader") });
    return heated;
  }
  const text = t("desk.urge_text", { id: complaint.id, text: complaint.text.slice(0, 200) });
  const { times } = await post(`/api/v1/tickets/${ticket}/urge`, { text });
  say({ text: t("desk.urged", { ticket, n: times }) });
  return heated;
}

/** @param {Complaint} complaint
 * @returns {string} by when it must be answered and solved, in words */
export function dueWords({ respond_due_at, solve_due_at, answered_at, time_zone }) {
  const solved = clock(solve_due_at, time_zone);
  if (answered_at) return t("desk.solve_due", { at: solved });
  return t("desk.respond_due", { at: clock(respond_due_at, time_zone), solved });
}
