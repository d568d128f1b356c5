/**
 * The alarm list's rows: made anew when something else is asked for, kept true change by change in between.
 */

import { useLayoutEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { lang } from "/shared/lib/i18n.js";
import { AlarmList } from "../state/alarm_list.js";
import { orderBy } from "../state/alarm_order.js";
import { agesBy, finds, parseQuery } from "../state/alarm_query.js";
import { grouped, passes } from "../state/alarms.js";
import { alarmType, ownTextsOf, sharedTextsOf, typeWords } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/route.js").Route} Route */

const AGAIN_EVERY_MS = 10_000;
const BY_TIME = ["new", "acknowledged", "shelved"];

/**
 * @param {import("../state/board.js").Board} board
 * @param {number} revision
 * @param {Route} route
 * @param {Alarm[]|null} cleared  these instead of the live ones
 * @param {number} now epoch milliseconds
 * @returns {{rows: import("./selection.js").Rows, list: AlarmList, news: Set<string>}} `news`: what the list shows
 *   differently since that was emptied
 */
export function useAlarmList(board, revision, route, cleared, now) {
  const [anew, setAnew] = useState(0);
  const news = useRef(/** @type {Set<string>} */ (new Set()));
  const list = useMemo(() => made(board, route, cleared, now), [...asked(board, route, now), cleared, anew]);
  useLayoutEffect(() => {
    if (cleared) return undefined;
    return board.onAlarms((placed) => {
      if (!placed) return setAnew((n) => n + 1);
      for (const one of placed) if (list.change(one)) news.current.add(String((one.after ?? one.before)?.id));
    });
  }, [board, list, cleared]);
  const rows = useMemo(() => (route.grouped ? grouped(list.shown) : list.shown), [list, route.grouped, revision]);
  return { rows, list, news: news.current };
}

/** What the list depends on besides the alarms.
 * @param {import("../state/board.js").Board} board
 * @param {Route} route
 * @param {number} now */
function asked(board, route, now) {
  const { text, severities, state, site, silent, grouped: folded, sort } = route;
  const ages = BY_TIME.includes(state) || agesBy(text);
  const bySite = parseQuery(text).some(({ field }) => field === "tenant" || field === "class");
  const sites = board.items("site");
  const time = ages ? Math.floor(now / AGAIN_EVERY_MS) : 0;
  return [text, severities.join(), state, site, silent, folded, sort, lang(), time, bySite && sites, bySite && sites.size];
}

/** @param {import("../state/board.js").Board} board
 * @param {Route} route
 * @param {Alarm[]|null} cleared
 * @param {number} now */
function made(board, route, cleared, now) {
  const { text, severities, site, silent, grouped: folded } = route;
  const filter = { text, severities, state: route.state || "active", site, silent, grouped: folded };
  const found = finds(text, {
    now,
    siteOf: (id) => board.items("site").get(id ?? ""),
    typeWords,
    shared: sharedTextsOf,
    own: ownTextsOf,
  });
  return new AlarmList(cleared ?? board.placed.values(), filter, passes(filter, now, found), orderBy(route.sort, alarmType));
}
