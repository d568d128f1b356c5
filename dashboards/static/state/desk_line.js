/**
 * Where the moments of an outage stand on a small time line: its beginning, now, and between when and when it should end.
 */

/** @typedef {{from: number, to: number, now: number, end: number, earliest: number, latest: number, arrival: number|null}} Places
 *   `from` and `to` in epoch milliseconds, the rest in hundredths of the line */

const ROOM = 0.06;
const WORD = 12;

/** @param {{since: string, now: number, expected: import("./shapes_desk.js").Expected, arrival: string|null}} what
 * @returns {Places} */
export function placesOnLine({ since, now, expected, arrival }) {
  const start = Date.parse(since);
  const latest = Math.max(Date.parse(expected.latest), now);
  const room = Math.max(60_000, (latest - start) * ROOM);
  const [from, to] = [start, latest + room];
  const place = (/** @type {number} */ at) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  return {
    from,
    to,
    now: place(now),
    end: place(Date.parse(expected.at)),
    earliest: place(Math.max(Date.parse(expected.earliest), start)),
    latest: place(Date.parse(expected.latest)),
    arrival: arrival ? place(Date.parse(arrival)) : null,
  };
}

/** Whether the word for now can stand below the line without covering the others.
 * @param {Places} at */
export function nowHasRoom({ now, end }) {
  return now > WORD && Math.abs(now - end) > WORD;
}
