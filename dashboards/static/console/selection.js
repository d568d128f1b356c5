/**
 * Cursor and choice in a long live list: the list stands still while anything is chosen, and counts what waits.
 */

import { useEffect, useRef, useState } from "/vendor/preact.js";

/** @typedef {import("../state/alarms.js").AlarmGroup} AlarmGroup */
/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {Alarm|AlarmGroup} Item */

/**
 * @param {import("../state/board.js").Board} board
 * @param {Item[]} live the list as it would be now
 */
export function useSelection(board, live) {
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [cursor, setCursor] = useState({ id: "", index: -1 });
  const { items, waiting } = useFrozen(board, live, chosen.size > 0);
  const index = placeOf(items, cursor);
  const here = items[index];
  /** @param {string} id */
  const toggle = (id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  /** @param {number} to */
  const moveTo = (to) => {
    const place = Math.max(0, Math.min(items.length - 1, to));
    if (items[place]) setCursor({ id: items[place].id, index: place });
  };
  return {
    items,
    waiting,
    chosen,
    index,
    here,
    toggle,
    moveTo,
    none: () => setChosen(new Set()),
    /** What an action applies to: the chosen, else what the cursor is on. */
    targets: () => (chosen.size ? items.filter((item) => chosen.has(item.id)) : here ? [here] : []),
  };
}

/** @param {import("../state/board.js").Board} board
 * @param {Item[]} live
 * @param {boolean} frozen */
function useFrozen(board, live, frozen) {
  const held = useRef(/** @type {Item[]|null} */ (null));
  const waiting = useRef(/** @type {Set<string>} */ (new Set()));
  useEffect(() => {
    return board.onAlarms((ids) => {
      if (held.current) for (const id of ids) waiting.current.add(id);
    });
  }, [board]);
  if (frozen) held.current ??= live;
  else {
    held.current = null;
    waiting.current.clear();
  }
  return { items: held.current ?? live, waiting: waiting.current.size };
}

/** Where the cursor stands: on its row, or at the same height when that row has gone.
 * @param {Item[]} items
 * @param {{id: string, index: number}} cursor */
function placeOf(items, cursor) {
  if (cursor.index < 0) return -1;
  if (items[cursor.index]?.id === cursor.id) return cursor.index;
  const found = items.findIndex((item) => item.id === cursor.id);
  return found >= 0 ? found : Math.min(cursor.index, items.length - 1);
}
