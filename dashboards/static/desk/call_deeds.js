/**
 * What is done during a call: the complaint registered, the call added to an open one, the ticket urged.
 */

import { newKey, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, now } from "/shared/lib/time.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { complaintOf } from "../state/desk_call.js";
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
  call.note({ busy: true });
  const taken = { channel: call.pop.channel, call: call.pop.id, said: said.trim() || t("desk.default_text"), heat, answers, category: category?.id ?? "" };
  try {
    const made = await post("/api/v1/complaints", complaintOf(about, outage, taken), { key });
    call.note({ complaint: made, outage: made.outage ?? outage });
    show(made);
    if (wish && category) await promiseCallBack(made, category, show, call);
    return call.latest.current.complaint;
  } catch (error) {
    sayRefusal(error);
    if (/** @type {{status?: number}} */ (error).status) call.note({ key: newKey() }); // refused for good: what is corrected is another request
    return call.latest.current.complaint; // it may stand though its promise was refused
  } finally {
    call.note({ busy: false });
  }
}

/** @param {Complaint} complaint
 * @param {Category} category
 * @param {Show} show
 * @param {Call} call */
async function promiseCallBack(complaint, category, show, call) {
  const may = category.may_promise.find(({ id }) => id === "call_back") ?? category.may_promise[0];
  if (!may) return;
  const due = new Date(now() + Math.min(WISH_MINUTES, may.within_minutes) * 60_000).toISOString();
  const text = complaint.language === "en" ? may.en : may.zh;
  const promised = await post(`/api/v1/complaints/${complaint.id}/promise`, { text, due_at: due });
  call.note({ complaint: promised });
  show(promised);
}

/** The call is kept with the complaint that stands open already.
 * @param {Call} call
 * @param {Complaint} open
 * @param {Show} show */
export async function addToOpen(call, open, show) {
  const { said, complaint } = call.latest.current;
  if (complaint) return;
  const outcome = [t("desk.repeated_call"), call.pop.id, callTime((now() - call.since) / 1000)].filter(Boolean).join(" · ");
  const body = { direction: "in", channel: call.pop.channel, call: call.pop.id, text: said.trim() || t("desk.asked_again"), outcome };
  const kept = await post(`/api/v1/complaints/${open.id}/contacts`, body).catch(sayRefusal);
  if (!kept) return;
  call.note({ complaint: kept });
  show(kept);
}

/** One key: the crew is pressed on, and the supervisor hears of the customer.
 * @param {Call} call
 * @param {Category|undefined} category
 * @param {Show} show */
export async function urge(call, category, show) {
  if (!call.latest.current.outage || call.latest.current.urged) return;
  call.note({ heat: "heated" });
  const complaint = call.latest.current.complaint ?? (await register(call, category, show));
  if (!complaint) return;
  call.note({ urged: true });
  const ticket = call.latest.current.outage?.ticket ?? complaint.ticket;
  const heated = await urgeComplaint(complaint, ticket).catch(sayRefusal);
  if (!heated) return call.note({ urged: false });
  call.note({ complaint: heated });
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
