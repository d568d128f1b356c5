/**
 * The sound of new alarms, of those that the list shows, once the page's sound is on.
 */

import { useEffect, useRef } from "/vendor/preact.js";
import { play, useSound } from "../parts/sound.js";
import { Ringer } from "../state/ringing.js";

/** @typedef {import("../parts/sound.js").Note} Note */

/** The more severe, the higher and the more notes. @type {Record<string, Note[]>} */
const NOTES = {
  critical: [0, 1, 2].map((n) => ({ hz: 880, at: n * 0.18, seconds: 0.12 })),
  major: [0, 1].map((n) => ({ hz: 660, at: n * 0.2, seconds: 0.14 })),
  minor: [{ hz: 520, at: 0, seconds: 0.16 }],
  warning: [{ hz: 390, at: 0, seconds: 0.16 }],
  indeterminate: [{ hz: 330, at: 0, seconds: 0.16 }],
};

/** @param {import("../state/board.js").Board} board
 * @param {import("../state/alarm_list.js").AlarmList} list  one hears what one watches
 * @param {number} now epoch milliseconds */
export function useAlarmSound(board, list, now) {
  const [sound] = useSound();
  const ringer = useRef(new Ringer());
  const on = sound === "on";
  useEffect(() => {
    if (!on) return undefined;
    ringer.current = new Ringer();
    return board.onAlarms((placed) => placed?.forEach((one) => ringer.current.hear(one, list.passes)));
  }, [on, list]);
  useEffect(() => {
    const severity = on ? ringer.current.due(now) : null;
    if (severity) play(NOTES[severity] ?? []);
  }, [on, now]);
}
