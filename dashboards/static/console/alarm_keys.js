/**
 * The alarm list's keys: those of an act only for who may do it, so that the help offers no other.
 */

import { useEffect } from "/vendor/preact.js";
import { useKeys } from "../parts/keys.js";

/**
 * @param {ReturnType<typeof import("./selection.js").useSelection>} list
 * @param {Record<"acknowledge"|"shelve"|"comment"|"close"|"history"|"adopt"|"open"|"silent"|"search"|"columns"|"download"|"back", () => unknown> & {by: (step: 1|-1) => void}} act
 * @param {(permission: string) => boolean} may
 */
export function useAlarmKeys(list, act, may) {
  const page = () => Math.max(1, list.seen.current.last - list.seen.current.first - 1);
  useKeys([
    { keys: "j", label: "key.down", run: () => list.moveTo(list.index + 1) },
    { keys: "k", label: "key.up", run: () => list.moveTo(list.index - 1) },
    { keys: "ArrowDown", label: "", run: () => list.moveTo(list.index + 1) },
    { keys: "ArrowUp", label: "", run: () => list.moveTo(list.index - 1) },
    { keys: "PageDown", label: "", run: () => list.moveTo(list.index + page()) },
    { keys: "PageUp", label: "", run: () => list.moveTo(list.index - page()) },
    { keys: "Home", label: "key.first", run: () => list.moveTo(0) },
    { keys: "End", label: "key.last", run: () => list.moveTo(list.items.length - 1) },
    { keys: "x", label: "key.choose", run: () => list.here && list.toggle(list.here.id) },
    { keys: "J", label: "key.choose_down", run: () => list.reach(list.index + 1) },
    { keys: "K", label: "key.choose_up", run: () => list.reach(list.index - 1) },
    { keys: "Ctrl+A", label: "key.choose_seen", run: list.chooseSeen },
    ...(may("act_on_alarms")
      ? [
          { keys: "a", label: "key.acknowledge", run: act.acknowledge },
          { keys: "s", label: "key.shelve", run: act.shelve },
          { keys: "c", label: "key.comment", run: act.comment },
          { keys: "e", label: "key.close_alarm", run: act.close },
        ]
      : []),
    { keys: "v", label: "key.history", run: act.history },
    ...(may("adopt_equipment") ? [{ keys: "o", label: "key.adopt", run: act.adopt }] : []),
    { keys: "h", label: "key.silent", run: act.silent },
    { keys: "]", label: "key.sort_next", run: () => act.by(1) },
    { keys: "[", label: "key.sort_previous", run: () => act.by(-1) },
    { keys: "\\", label: "key.sort_back", run: act.back },
    { keys: "l", label: "key.columns", run: act.columns },
    { keys: "d", label: "key.download", run: act.download },
    { keys: "Enter", label: "key.open_incident", run: act.open },
    { keys: "/", label: "key.search", run: act.search },
    { keys: "Escape", label: "key.none", run: list.none },
  ]);
  useEffect(() => {
    const hear = (/** @type {KeyboardEvent} */ event) => {
      if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      list.chooseSeen();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  });
}
