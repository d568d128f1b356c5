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
  return silent && silent.why !== "symptom" ? ["silenced", ...lifeSigns(alarm)] : lifeSigns(alarm);
}

/** Those of its own life, where a column says already whether it speaks.
 * @param {Alarm} alarm
 * @returns {Sign[]} */
export function lifeSigns(alarm) {
  /** @type {[boolean, Sign][]} */
  const signs = [
    [Boolean(alarm.chattering_since), "chattering"],
    [Boolean(alarm.stale_since), "stale"],
    [alarm.baseline, "baseline"],
  ];
  return signs.filter(([holds]) => holds).map(([, sign]) => sign);
}
