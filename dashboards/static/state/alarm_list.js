/**
 * The alarms that a filter lets through, in their order, kept true change by change; what does not speak only counted.
 */

import { SilentTally } from "./alarm_tally.js";
import { SortedList } from "./sorted.js";
import { silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./alarms.js").AlarmFilter} AlarmFilter */
/** @typedef {{before: Alarm|undefined, after: Alarm|undefined}} Placed  one alarm as it stood and as it stands */

export class AlarmList {
  /** @param {Iterable<Alarm>} alarms
   * @param {AlarmFilter} filter
   * @param {(alarm: Alarm) => boolean} passes  must say the same of the same alarm for as long as this list lives
   * @param {(a: Alarm, b: Alarm) => number} order */
  constructor(alarms, filter, passes, order) {
    this.filter = filter;
    this.passes = passes;
    /** What fits and is silent, by why. */
    this.silent = new SilentTally();
    /** @type {SortedList<Alarm>} */
    this.shown = new SortedList(order);
    /** @type {Alarm[]} */
    const shown = [];
    for (const alarm of alarms) if (this.counted(alarm, 1)) shown.push(alarm);
    this.shown.fill(shown);
  }

  /** @param {Placed} placed
   * @returns {boolean} whether the list shows it differently now */
  change({ before, after }) {
    const was = before !== undefined && this.counted(before, -1) && this.shown.remove(before);
    const is = after !== undefined && this.counted(after, 1);
    if (is) this.shown.insert(after);
    return was || is;
  }

  /** Counts an alarm in or out; what does not speak is hidden unless it is asked for.
   * @param {Alarm} alarm
   * @param {1|-1} by
   * @returns {boolean} whether it is shown */
  counted(alarm, by) {
    if (!this.passes(alarm)) return false;
    const why = silencedBy(alarm)?.why;
    if (!why) return true;
    const { silent, grouped, state } = this.filter;
    const meant = state === "shelved" || state === "cleared";
    const shown = silent || meant || (grouped && why === "symptom");
    if (silent || !shown) this.silent.add(why, by);
    return shown;
  }
}
