/**
 * When a new alarm is heard: once for all that came together, never more than every three seconds; a critical one again
 * until somebody acknowledges it. No clock and no loudspeaker inside.
 */

import { worst } from "/shared/lib/severity.js";
import { silencedBy } from "./silences.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

const APART_MS = 3_000;
const AGAIN_MS = 20_000;

export class Ringer {
  constructor() {
    /** @type {Map<string, string>} severities of what was not heard yet */
    this.fresh = new Map();
    /** @type {Set<string>} criticals that were heard and that nobody has acknowledged */
    this.owed = new Set();
    this.rangAt = -Infinity;
  }

  /** @param {import("./alarm_list.js").Placed} placed
   * @param {(alarm: Alarm) => boolean} passes  the list's filter: one hears what one watches */
  hear({ before, after }, passes) {
    const id = String((after ?? before)?.id);
    if (!after || !calls(after) || !passes(after)) {
      this.fresh.delete(id);
      this.owed.delete(id);
    } else if (!before || !calls(before) || worst([before.severity, after.severity]) !== before.severity) {
      this.fresh.set(id, after.severity);
    }
  }

  /** @param {number} now epoch milliseconds
   * @returns {string|null} the severity to be heard now */
  due(now) {
    if (now - this.rangAt < APART_MS) return null;
    const severity = this.fresh.size ? worst(this.fresh.values()) : this.again(now);
    if (severity) this.rangAt = now;
    for (const [id, one] of this.fresh) if (one === "critical") this.owed.add(id);
    this.fresh.clear();
    return severity;
  }

  /** @param {number} now */
  again(now) {
    return this.owed.size && now - this.rangAt >= AGAIN_MS ? "critical" : null;
  }
}

/** @param {Alarm} alarm */
function calls(alarm) {
  return alarm.state === "active" && !alarm.acknowledged_at && !silencedBy(alarm);
}
