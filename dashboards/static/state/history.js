/**
 * An alarm's history as lines: what was heard of it and what people noted, the newest first.
 */

/** @typedef {{at: string, received_at: string, severity: string, text: string, count: number, source: string}} Heard */
/** @typedef {{at: string, actor: string, text: string}} Comment */
/** @typedef {{at: string, late: number, heard: Heard|null, comment: Comment|null}} HistoryLine */

const LATE_SECONDS = 30;

/** @param {Heard[]} events
 * @param {Comment[]} comments
 * @returns {HistoryLine[]} `late`: seconds by which it was heard after its own time, 0 while that is nothing unusual */
export function historyLines(events, comments) {
  const lines = [
    ...events.map((heard) => ({ at: heard.at, late: lateness(heard), heard, comment: null })),
    ...comments.map((comment) => ({ at: comment.at, late: 0, heard: null, comment })),
  ];
  return lines.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** @param {Heard} heard */
function lateness({ at, received_at }) {
  const seconds = (Date.parse(received_at) - Date.parse(at)) / 1000;
  return seconds >= LATE_SECONDS ? seconds : 0;
}
