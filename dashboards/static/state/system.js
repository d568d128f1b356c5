/**
 * What wants a look in the system itself: each finding with what it is about, so that words can say what to do.
 */

import { loadNow } from "./alarm_load.js";

/** @typedef {import("./shapes_shift.js").SystemState} SystemState */

const LAG_SECONDS = 60;
const BEHIND = 1000;
const LONG_TRANSACTION_SECONDS = 300;
const MANY_CONNECTIONS = 80;
const UNHEARD_MS = 15 * 60_000;

/** @typedef {{what: string, grave: boolean, values: Record<string, string|number>}} Finding */

/** @param {SystemState} system
 * @param {number} now epoch milliseconds
 * @returns {Finding[]} the grave ones first */
export function findings(system, now) {
  const found = [
    ...ofServices(system),
    ...ofCollectors(system, now),
    ...ofFeeds(system),
    ...ofDatabase(system),
    ...ofLoad(system),
  ];
  return found.sort((a, b) => Number(b.grave) - Number(a.grave));
}

/** @param {SystemState} system
 * @returns {Finding[]} */
function ofServices({ services }) {
  const away = services.filter(({ state }) => state === "unreachable").map(({ id }) => id);
  const unwell = services.filter(({ state }) => state === "unhealthy");
  return [
    ...(away.length ? [{ what: "service.unreachable", grave: true, values: { services: away.join(), n: away.length } }] : []),
    ...unwell.map(({ id, checks }) => {
      const said = Object.values(checks).filter((sentence) => sentence !== "ok");
      return { what: "service.unhealthy", grave: true, values: { services: id, said: said.join("; ") } };
    }),
  ];
}

/** @param {SystemState} system
 * @param {number} now
 * @returns {Finding[]} */
function ofCollectors({ collectors }, now) {
  /** @type {Finding[]} */
  const found = [];
  for (const { id, heard_at, spool_events, dropped, lag_seconds: lag } of collectors) {
    const unheard = heard_at ? now - Date.parse(heard_at) : 0;
    if (lag !== null && lag > LAG_SECONDS) found.push(finding("collector.lag", true, { id, seconds: Math.round(lag), n: spool_events ?? 0 }));
    if (dropped) found.push(finding("collector.dropped", true, { id, n: dropped }));
    if (unheard > UNHEARD_MS) found.push(finding("collector.unheard", false, { id, seconds: Math.round(unheard / 1000) }));
  }
  return found;
}

/** @param {string} what
 * @param {boolean} grave
 * @param {Finding["values"]} values
 * @returns {Finding} */
function finding(what, grave, values) {
  return { what, grave, values };
}

/** @param {SystemState} system
 * @returns {Finding[]} */
function ofFeeds({ feeds }) {
  return feeds
    .filter((feed) => feed.behind > BEHIND)
    .map(({ publisher, consumer, behind }) => ({ what: "feed.behind", grave: true, values: { publisher, consumer, n: behind } }));
}

/** @param {SystemState} system
 * @returns {Finding[]} */
function ofDatabase({ database: { oldest_transaction_seconds: seconds, connections } }) {
  return [
    ...(seconds > LONG_TRANSACTION_SECONDS ? [{ what: "database.transaction", grave: false, values: { seconds: Math.round(seconds) } }] : []),
    ...(connections > MANY_CONNECTIONS ? [{ what: "database.connections", grave: false, values: { n: connections } }] : []),
  ];
}

/** @param {SystemState} system
 * @returns {Finding[]} */
function ofLoad({ alarm_load: load }) {
  const state = loadNow(load);
  if (state === "right" || state === "much") return [];
  return [{ what: `load.${state}`, grave: state === "flood", values: { n: load.per_operator_hour } }];
}
