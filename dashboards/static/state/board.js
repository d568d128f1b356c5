/**
 * What the page knows: the live collections, the alarms in their order, announced in calm batches.
 */

import { follow } from "/shared/lib/live.js";
import { AlarmTally } from "./alarm_tally.js";
import { byUrgency } from "./alarms.js";
import { SortedList } from "./sorted.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./alarm_list.js").Placed} Placed */
/** @typedef {Record<string, import("/shared/lib/live.js").Collection>} Collections */

const BATCH_MS = 200;

export class Board {
  /** @param {Collections} collections as `follow` takes them */
  constructor(collections) {
    /** @type {SortedList<Alarm>} */
    this.sorted = new SortedList(byUrgency);
    /** @type {Map<string, Alarm>} each alarm as it stands in `sorted` */
    this.placed = new Map();
    /** What is counted over all of them. */
    this.tally = new AlarmTally();
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {Set<(placed: Placed[]|null) => void>} */
    this.alarmListeners = new Set();
    this.revision = 0;
    this.loaded = false;
    this.timer = 0;
    this.feed = follow({
      collections,
      onUpdate: (changed) => this.take(changed),
      onState: (state) => this.note(state),
    });
  }

  /** @param {string} name
   * @returns {ReadonlyMap<string, any>} */
  items(name) {
    return this.feed.items(name);
  }

  /** @returns {import("/shared/lib/live.js").State} */
  get state() {
    return this.feed ? this.feed.state() : { link: "connecting", asOf: null };
  }

  /** Puts an object in before or after the server has said so, and shows it at once.
   * @param {string} name
   * @param {{id: string}} object */
  apply(name, object) {
    this.feed.apply(name, object);
    this.announceSoon(20);
  }

  /** @param {() => void} listener
   * @returns {() => void} ends it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** @param {(placed: Placed[]|null) => void} listener hears which alarms changed and how; null: all are new
   * @returns {() => void} ends it */
  onAlarms(listener) {
    this.alarmListeners.add(listener);
    return () => void this.alarmListeners.delete(listener);
  }

  close() {
    clearTimeout(this.timer);
    this.feed.close();
  }

  /** @param {import("/shared/lib/live.js").Changed} changed */
  take(changed) {
    const ids = changed.get("alarm");
    const first = !this.sorted.length;
    if (ids !== undefined) {
      const placed = ids && [...ids].map((id) => this.place(id));
      if (!placed) this.placeAll();
      for (const listener of this.alarmListeners) listener(placed);
    }
    this.announceSoon(first ? 0 : BATCH_MS);
  }

  placeAll() {
    this.placed = new Map(this.items("alarm"));
    this.sorted.fill(this.placed.values());
    this.tally = AlarmTally.of(this.placed.values());
  }

  /** @param {string} id
   * @returns {Placed} */
  place(id) {
    const before = this.placed.get(id);
    const after = this.items("alarm").get(id);
    if (before) this.sorted.remove(before);
    if (before) this.tally.add(before, -1);
    if (after) this.sorted.insert(after);
    if (after) this.tally.add(after, 1);
    if (after) this.placed.set(id, after);
    else this.placed.delete(id);
    return { before, after };
  }

  /** @param {import("/shared/lib/live.js").State} state */
  note(state) {
    if (state.link === "live") this.loaded = true;
    this.announceSoon(0);
  }

  /** @param {number} ms */
  announceSoon(ms) {
    if (this.timer && ms >= BATCH_MS) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.announce(), ms);
  }

  announce() {
    this.timer = 0;
    this.revision += 1;
    for (const listener of this.listeners) listener();
  }
}
