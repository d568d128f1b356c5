/**
 * What an operator does to alarms: shown at once, taken back when the server disagrees, undone with one key.
 */

import { ApiError, post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { oneByOne } from "/shared/lib/in_turn.js";
import { now } from "/shared/lib/time.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { adoptable } from "./adopt.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/board.js").Board} Board */

/** The most that the server takes in one request. */
const AT_ONCE = 1000;

/** What was done first arrives first, and the last one's undo is the one that stays on the screen. */
const send = oneByOne();

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} who */
export async function acknowledge(board, alarms, who) {
  const open = alarms.filter((alarm) => !alarm.acknowledged_at && alarm.state === "active");
  if (!open.length) return say({ text: t("alarm.nothing_to_acknowledge") });
  const seen = { acknowledged_at: new Date(now()).toISOString(), acknowledged_by: who };
  const done = await inOne(board, open, "acknowledge", {}, seen);
  const back = () => void inOne(board, done, "unacknowledge", {}, { acknowledged_at: null, acknowledged_by: "" });
  if (done.length) say({ text: t("alarm.acknowledged_n", { n: done.length }), undo: back });
}

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {{until: string, comment: string}} how
 * @param {string} who */
export async function shelve(board, alarms, how, who) {
  const done = await inOne(board, alarms, "shelve", how, { shelved_until: how.until, shelved_by: who });
  const back = () => void inOne(board, done, "unshelve", {}, { shelved_until: null, shelved_by: "" });
  if (done.length) say({ text: t("alarm.shelved_n", { n: done.length }), undo: back });
}

/** @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} comment */
export async function comment(board, alarms, comment) {
  const done = await inOne(board, alarms, "comment", { comment }, {});
  if (done.length) say({ text: t("alarm.commented_n", { n: done.length }) });
}

/** Whoever closes is done with them: it cannot be taken back, they come back by themselves.
 * @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} comment
 * @param {string} who */
export async function close(board, alarms, comment, who) {
  const shown = { closed_at: new Date(now()).toISOString(), closed_by: who };
  const done = await inOne(board, alarms, "close", { comment }, shown);
  if (done.length) say({ text: t("alarm.closed_n", { n: done.length }) });
}

/** Does one thing to all of them in one request. What is refused is put back as it was, and the first refusal is said.
 * @param {Board} board
 * @param {Alarm[]} alarms
 * @param {string} action
 * @param {object} how
 * @param {Partial<Alarm>} shown how the alarms look until the server has answered
 * @returns {Promise<Alarm[]>} those that were carried out */
async function inOne(board, alarms, action, how, shown) {
  for (const alarm of alarms) board.apply("alarm", { ...alarm, ...shown });
  /** @type {Map<string, unknown>} */
  const refused = new Map();
  for (let n = 0; n < alarms.length; n += AT_ONCE) {
    const some = alarms.slice(n, n + AT_ONCE);
    try {
      const { items } = await send(() => post("/api/v1/alarms/bulk", { action, alarms: some.map(({ id }) => id), ...how }));
      for (const one of items) if (!one.done) refused.set(one.id, new ApiError(409, one.code, one.reason, one.message));
    } catch (error) {
      for (const { id } of some) refused.set(id, error);
    }
  }
  for (const alarm of alarms) if (refused.has(alarm.id)) board.apply("alarm", alarm);
  const [first] = refused.values();
  if (first) sayRefusal(first);
  return alarms.filter(({ id }) => !refused.has(id));
}

/**
 * What keys and buttons do: to the alarms that are meant at that moment, whatever comes in later.
 * @param {object} given
 * @param {Board} given.board
 * @param {() => Alarm[]} given.targets
 * @param {() => void} given.none  nothing is chosen any more
 * @param {string} given.user
 * @param {(what: string, alarms: Alarm[]) => void} given.ask
 */
export function actionsOn({ board, targets, none, user, ask }) {
  /** @param {(alarms: Alarm[]) => Promise<unknown>} run
   * @param {Alarm[]} alarms */
  const apply = (run, alarms) => {
    none();
    if (alarms.length) void run(alarms);
  };
  /** @param {string} what
   * @param {boolean} [only]  it can be asked about one alarm alone */
  const askFor = (what, only) => () => {
    const alarms = targets();
    if (alarms.length && (!only || alarms.length === 1)) ask(what, alarms);
  };
  return {
    acknowledge: () => apply((alarms) => acknowledge(board, alarms, user), targets()),
    shelve: askFor("shelve"),
    comment: askFor("comment"),
    close: askFor("close"),
    history: askFor("history", true),
    adopt: () => adoptable(targets()) && askFor("adopt", true)(),
    none,
    /** What the dialogs do to the alarms that they were opened for.
     * @param {Alarm[]} asked */
    on: (asked) => ({
      shelve: (/** @type {{until: string, comment: string}} */ how) =>
        apply((alarms) => shelve(board, alarms, how, user), asked),
      comment: (/** @type {string} */ text) => apply((alarms) => comment(board, alarms, text), asked),
      close: (/** @type {string} */ text) => apply((alarms) => close(board, alarms, text, user), asked),
    }),
  };
}
