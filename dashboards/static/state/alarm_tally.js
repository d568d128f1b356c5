/**
 * What is counted over all active alarms, kept true change by change: nothing here looks at the whole list.
 */

import { WHY_SILENT, silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./silences.js").WhySilent} WhySilent */

export class AlarmTally {
  constructor() {
    /** How many speak. */
    this.speaking = 0;
    /** @type {Record<string, number>} by severity, of those that speak */
    this.heard = {};
    /** @type {Record<string, number>} by severity, of all */
    this.all = {};
    /** @type {Map<string, number>} how many each window, shelf or alarm keeps quiet */
    this.under = new Map();
  }

  /** @param {Iterable<Alarm>} alarms */
  static of(alarms) {
    const tally = new AlarmTally();
    for (const alarm of alarms) tally.add(alarm, 1);
    return tally;
  }

  /** @param {Alarm} alarm
   * @param {1|-1} by */
  add(alarm, by) {
    const silent = silencedBy(alarm);
    count(this.all, alarm.severity, by);
    if (silent?.id) this.under.set(silent.id, (this.under.get(silent.id) ?? 0) + by);
    if (silent?.id && !this.under.get(silent.id)) this.under.delete(silent.id);
    if (silent) return;
    this.speaking += by;
    count(this.heard, alarm.severity, by);
  }
}

/** Of alarms that fit a filter, how many are silent for each reason. */
export class SilentTally {
  constructor() {
    /** @type {Record<string, number>} */
    this.counts = {};
  }

  /** @param {WhySilent} why
   * @param {1|-1} by */
  add(why, by) {
    count(this.counts, why, by);
  }

  /** @returns {[WhySilent, number][]} those without any left out */
  get list() {
    return WHY_SILENT.filter((why) => this.counts[why]).map((why) => [why, this.counts[why] ?? 0]);
  }
}

/** @param {Record<string, number>} counts
 * @param {string} name
 * @param {1|-1} by */
function count(counts, name, by) {
  counts[name] = (counts[name] ?? 0) + by;
}
