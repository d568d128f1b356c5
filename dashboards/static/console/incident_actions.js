/**
 * What an operator corrects: asked of the server, said in one line, and taken back with one key.
 */

import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Correction} Correction */

/**
 * @typedef {object} Corrector
 * @property {(alarm: Alarm, comment: string) => Promise<void>} root  throws what the server says against it
 * @property {(alarm: Alarm, incident: string, comment: string) => Promise<void>} move  incident empty: one of its own
 * @property {(corrections: Correction[]) => Promise<void>} withdraw  says itself what is refused
 */

/**
 * @param {string} incident
 * @param {string} who  asks
 * @param {Correction[]} known  those that were made before
 * @param {() => Promise<Correction[]>} fetchAnew  the incident's corrections as they stand after a change
 * @returns {Corrector}
 */
export function corrector(incident, who, known, fetchAnew) {
  /** @param {Correction[]} corrections */
  const withdraw = async (corrections) => {
    try {
      for (const one of corrections) await post(`/api/v1/corrections/${encodeURIComponent(one.id)}/withdraw`);
      say({ text: t("correct.withdrawn") });
    } catch (error) {
      sayRefusal(error);
    }
    await fetchAnew();
  };
  /** Says what was done. To take it back is to withdraw what was not there before.
   * @param {string} text
   * @param {() => Promise<unknown>} act */
  const done = async (text, act) => {
    const before = new Set(known.map((one) => one.id));
    await act();
    const now = await fetchAnew();
    const made = now.filter((one) => !before.has(one.id) && !one.withdrawn_at && one.made_by === who);
    say({ text, undo: made.length ? () => void withdraw(made) : undefined });
  };
  return {
    withdraw,
    root: (alarm, comment) =>
      done(t("correct.root_done", { type: alarmType(alarm.alarm_type) }), () =>
        post(`/api/v1/incidents/${encodeURIComponent(incident)}/root`, { alarm: alarm.id, comment }),
      ),
    move: (alarm, to, comment) =>
      done(t(to ? "correct.moved" : "correct.moved_out", { type: alarmType(alarm.alarm_type), id: to }), () =>
        post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/move`, { incident: to, comment }),
      ),
  };
}
