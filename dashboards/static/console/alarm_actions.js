/**
 * What an operator does to alarms: shown at once, taken back when the server disagrees, undone with one key.
 */

import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { say, sayRefusal } from "../parts/toasts.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/board.js").Board} Board */

const AT_ONCE = 6;

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} who */
export async function acknowledge(board, alarms, who) {
  const open = alarms.filter((alarm) => !alarm.acknowledged_at && alarm.state === "active");
  if (!open.length) return say({ text: t("alarm.nothing_to_acknowledge") });
  const seen = { acknowledged_at: new Date(now()).toISOString(), acknowledged_by: who };
  const done = await each(board, open, "acknowledge", {}, seen);
  const back = () => void each(board, done, "unacknowledge", {}, { acknowledged_at: null, acknowledged_by: "" });
  if (done.length) say({ text: t("alarm.acknowledged_n", { n: done.length }), undo: back });
}

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {{until: string, comment: string}} how
 * @param {string} who */
export async function shelve(board, alarms, how, who) {
  const done = await each(board, alarms, "shelve", how, { shelved_until: how.until, shelved_by: who });
  const back = () => void each(board, done, "unshelve", {}, { shelved_until: null, shelved_by: "" });
  if (done.length) say({ text: t("alarm.shelved_n", { n: done.length }), undo: back });
}

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} comment */
export async function comment(board, alarms, comment) {
  const done = await each(board, alarms, "comment", { comment }, {});
  if (done.length) say({ text: t("alarm.commented_n", { n: done.length }) });
}

/** Whoever closes is done with them: it cannot be taken back, they come back by themselves.
 * @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} comment
 * @param {string} who */
export async function close(board, alarms, comment, who) {
  const shown = { closed_at: new Date(now()).toISOString(), closed_by: who };
  const done = await each(board, alarms, "close", { comment }, shown);
  if (done.length) say({ text: t("alarm.closed_n", { n: done.length }) });
}

/** Does one thing to each, a few at a time. What is refused is put back as it was, and the first refusal is said.
 * @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} verb
 * @param {object} body
 * @param {Partial<Alarm>} shown how the alarm looks until the server has answered
 * @returns {Promise<Alarm[]>} those that were carried out */
async function each(board, alarms, verb, body, shown) {
  /** @type {unknown[]} */
  const refusals = [];
  /** @type {Alarm[]} */
  const done = [];
  for (const alarm of alarms) board.apply("alarm", { ...alarm, ...shown });
  const waiting = [...alarms];
  const work = async () => {
    for (let alarm = waiting.shift(); alarm; alarm = waiting.shift()) {
      try {
        await post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/${verb}`, body);
        done.push(alarm);
      } catch (error) {
        board.apply("alarm", alarm);
        refusals.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (refusals.length) sayRefusal(refusals[0]);
  return done;
}
