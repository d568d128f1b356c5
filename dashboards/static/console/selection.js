/**
 * Cursor and choice in a long live list: the list stands still while anything is chosen or pointed at, and what waits is
 * counted. What an action means is taken when it is asked for: what comes later is never among it.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";
import { SortedList } from "../state/sorted.js";

/** @typedef {import("../state/alarms.js").AlarmGroup} AlarmGroup */
/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {Alarm|AlarmGroup} Item */
/** @typedef {SortedList<Alarm>|Item[]} Rows */

const POINTED_MS = 8_000;

/**
 * @param {Rows} live the list as it would be now
 * @param {Set<string>} news  ids that changed since the list last moved; emptied here
 * @param {(id: string) => Alarm|undefined} alarmOf
 * @param {string} question  what is asked for: for another one the mouse does not hold the list
 */
export function useSelection(live, news, alarmOf, question) {
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [cursor, setCursor] = useState({ id: "", index: -1 });
  const [pointed, pointing] = usePointed();
  const seen = useRef({ first: 0, last: 0 });
  const frozen = chosen.size > 0 || pointed;
  const items = useFrozen(live, frozen, news, chosen.size ? null : question);
  const indexOf = (/** @type {string} */ id) => placeOf(items, id, alarmOf);
  const index = cursorIn(items, cursor, indexOf);
  const here = items.at(index);
  /** @param {number} from
   * @param {number} to both inclusive */
  const idsBetween = (from, to) =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, n) => items.at(Math.min(from, to) + n)?.id).filter(Boolean);
  /** @param {unknown[]} ids */
  const choose = (ids) => setChosen(new Set([...chosen, .../** @type {string[]} */ (ids)]));
  /** @param {number} to */
  const moveTo = (to) => {
    const place = Math.max(0, Math.min(items.length - 1, to));
    const item = items.at(place);
    if (item) setCursor({ id: item.id, index: place });
    return place;
  };
  return {
    items,
    chosen,
    frozen,
    waiting: frozen ? news.size : 0,
    index,
    here: index < 0 ? undefined : here,
    indexOf,
    moveTo,
    pointing,
    /** Which rows are in sight. */
    seen,
    /** @param {string} id */
    toggle: (id) => {
      const next = new Set(chosen);
      if (!next.delete(id)) next.add(id);
      setChosen(next);
    },
    /** Everything from the cursor to a row, which then has the cursor.
     * @param {number} to */
    reach: (to) => {
      const from = Math.max(0, index);
      choose(idsBetween(from, moveTo(to)));
    },
    /** Exactly the rows that are on the screen. */
    chooseSeen: () => choose(idsBetween(seen.current.first, Math.min(seen.current.last, items.length) - 1)),
    none: () => setChosen(new Set()),
    /** What an action applies to: the chosen, else what the cursor is on. */
    targets: () => (chosen.size ? [...items].filter((item) => chosen.has(item.id)) : index >= 0 && here ? [here] : []),
  };
}

/** @param {Rows} live
 * @param {boolean} frozen
 * @param {Set<string>} news
 * @param {string|null} question  null: whatever it is, what is held stays
 * @returns {Rows} */
function useFrozen(live, frozen, news, question) {
  const held = useRef(/** @type {Item[]|null} */ (null));
  const answered = useRef(question);
  if (question !== null && answered.current !== question) {
    held.current = null;
    answered.current = question;
  }
  if (frozen) {
    if (!held.current) news.clear();
    held.current ??= [...live];
  } else {
    held.current = null;
    news.clear();
  }
  return held.current ?? live;
}

/** Whether the mouse points at a row and has moved a moment ago: one that lies still does not hold the list.
 * @returns {[boolean, {onPointerMove: (event: PointerEvent) => void, onPointerLeave: () => void}]} */
function usePointed() {
  const [pointed, setPointed] = useState(false);
  const timer = useRef(0);
  const end = () => {
    clearTimeout(timer.current);
    setPointed(false);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointerMove = (/** @type {PointerEvent} */ { pointerType, movementX, movementY }) => {
    if (pointerType !== "mouse" || (!movementX && !movementY)) return; // rows that move under it are no movement of it
    clearTimeout(timer.current);
    timer.current = window.setTimeout(end, POINTED_MS);
    setPointed(true);
  };
  return [pointed, { onPointerMove, onPointerLeave: end }];
}

/** @param {Rows} items
 * @param {string} id
 * @param {(id: string) => Alarm|undefined} alarmOf
 * @returns {number} -1 when it is not there */
function placeOf(items, id, alarmOf) {
  if (!(items instanceof SortedList)) return items.findIndex((item) => item.id === id);
  const alarm = alarmOf(id);
  return alarm ? items.indexOf(alarm) : -1;
}

/** Where the cursor stands: on its row, or at the same height when that row has gone.
 * @param {Rows} items
 * @param {{id: string, index: number}} cursor
 * @param {(id: string) => number} indexOf */
function cursorIn(items, cursor, indexOf) {
  if (cursor.index < 0) return -1;
  if (items.at(cursor.index)?.id === cursor.id) return cursor.index;
  const found = indexOf(cursor.id);
  return found >= 0 ? found : Math.min(cursor.index, items.length - 1);
}
