/**
 * What is unusual about an alarm, beside its severity: not said aloud, swinging, old, there before we looked.
 */

import { silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {"silenced"|"chattering"|"stale"|"baseline"} Sign */

/** A shape for each, so that none is told by colour. */
export const SHAPES = /** @type {const} */ ({ silenced: "‖", chattering: "≈", stale: "◷", baseline: "▤" });

/** A symptom is silent because it is one: where its cause is shown that is no news.
 * @param {Alarm} alarm
 * @returns {Sign[]} */
export function signsOf(alarm) {
  const silent = silencedBy(alarm);
  const quiet = silent !== null && silent.why !== "symptom";
  /** @type {[boolean, Sign][]} */
  const signs = [
    [quiet, "silenced"],
    [Boolean(alarm.chattering_since), "chattering"],
    [Boolean(alarm.stale_since), "stale"],
    [alarm.baseline, "baseline"],
  ];
  return signs.filter(([holds]) => holds).map(([, sign]) => sign);
}
