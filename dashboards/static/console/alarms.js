/**
 * The alarm view: the live list with its filter, its keys, and the banner that turns a storm into incidents.
 */

import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { all } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { useTick } from "../parts/hooks.js";
import { Nothing } from "../parts/marks.js";
import { useNarrow } from "../parts/measures.js";
import { sayRefusal } from "../parts/toasts.js";
import { VirtualList } from "../parts/virtual_list.js";
import { alarmsOf, bySeverity, flood, grouped, heard, passes } from "../state/alarms.js";
import { countSilent, quietUnder } from "../state/silences.js";
import { searchTextOf } from "../words/catalogue.js";
import { AdoptDialog, canAdopt } from "./adopt.js";
import { acknowledge, close, comment, shelve } from "./alarm_actions.js";
import { FilterBar, SelectionBar } from "./alarm_bar.js";
import { CloseDialog, CommentDialog, ShelveDialog } from "./alarm_dialogs.js";
import { AlarmHistory } from "./alarm_history.js";
import { AlarmHead, AlarmRow, COLUMN_COUNT } from "./alarm_row.js";
import { GroupRow } from "./alarm_group_row.js";
import { useSelection } from "./selection.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const ROW = 28;
const ROW_OF_TWO_LINES = 52;
const FILTER_EVERY_MS = 10_000;

/** @param {ViewProps} props */
export function Alarms({ board, revision, route, go, user, may }) {
  const now = useTick();
  const searchBox = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [asking, setAsking] = useState("");
  const cleared = useCleared(route.state === "cleared");
  const again = Math.floor(now / FILTER_EVERY_MS);
  const { live, silent } = useMemo(
    () => visible(cleared ?? board.sorted.items, route, now),
    [revision, cleared, route, again],
  );
  const list = useSelection(board, live);
  const counts = useMemo(() => bySeverity(board.sorted.items, route.silent), [revision, route.silent]);
  const targets = () => list.targets().flatMap(alarmsOf);
  const act = actions({ board, list, targets, user: user.name, ask: setAsking, may });
  const open = () => list.here && openIncident(list.here, go);
  const filter = (/** @type {Partial<import("../state/route.js").Route>} */ change) =>
    go({ ...route, ...change }, true);
  const toggleSilent = () => filter({ silent: !route.silent });
  useAlarmKeys({ list, act, open, toggleSilent, search: () => searchBox.current?.focus() });

  return html`<section class="view-alarms" aria-label=${t("view.alarms")}>
    ${
      list.chosen.size
        ? html`<${SelectionBar}
            count=${targets().length}
            waiting=${list.waiting}
            mayAct=${may("act_on_alarms")}
            mayAdopt=${may("adopt_equipment") && adoptable(targets())}
            single=${targets().length === 1}
            act=${act}
          />`
        : html`<${FilterBar} route=${route} counts=${counts} silent=${silent} searchBox=${searchBox} onFilter=${filter} />`
    }
    <${Storm} board=${board} revision=${revision} now=${now} route=${route} go=${go} />
    ${
      list.items.length
        ? html`<${List} board=${board} revision=${revision} list=${list} now=${now} go=${go} />`
        : html`<${EmptyList} board=${board} route=${route} silent=${silent.length > 0} go=${go} />`
    }
    <${Asked} what=${asking} targets=${targets()} board=${board} act=${act} onClose=${() => setAsking("")} />
  </section>`;
}

/** @param {{board: any, revision: number, list: ReturnType<typeof useSelection>, now: number, go: ViewProps["go"]}} props */
function List({ board, revision, list, now, go }) {
  const narrow = useNarrow();
  const quiet = useMemo(() => quietUnder(board.sorted.items), [revision]);
  return html`<${VirtualList}
    label=${t("view.alarms")}
    count=${list.items.length}
    rowHeight=${narrow ? ROW_OF_TWO_LINES : ROW}
    cursor=${list.index}
    active=${list.here ? `alarm-${list.here.id}` : undefined}
    columns=${COLUMN_COUNT}
    head=${html`<${AlarmHead} />`}
    row=${(/** @type {number} */ index) => drawRow(board, list, index, now, go, quiet)}
  />`;
}

/** @param {{what: string, targets: Alarm[], board: any, act: ReturnType<typeof actions>, onClose: () => void}} props */
function Asked({ what, targets, board, act, onClose }) {
  const count = targets.length;
  if (what === "shelve") return html`<${ShelveDialog} count=${count} onClose=${onClose} onShelve=${act.shelveNow} />`;
  if (what === "comment")
    return html`<${CommentDialog} count=${count} onClose=${onClose} onComment=${act.commentNow} />`;
  if (what === "close") return html`<${CloseDialog} count=${count} onClose=${onClose} onDone=${act.closeNow} />`;
  if (what === "history" && targets[0]) return html`<${AlarmHistory} alarm=${targets[0]} onClose=${onClose} />`;
  if (what === "adopt" && adoptable(targets))
    return html`<${AdoptDialog} alarm=${targets[0]} board=${board} onClose=${onClose} />`;
  return null;
}

/** One at a time: each sender has its own place.
 * @param {Alarm[]} targets */
function adoptable(targets) {
  return targets.length === 1 && canAdopt(targets[0]);
}

/** @param {Alarm[]} alarms in order
 * @param {import("../state/route.js").Route} route
 * @param {number} now */
function visible(alarms, route, now) {
  const { text, severities, site, silent, grouped: folded } = route;
  const filter = { text, severities, state: route.state || "active", site, silent, grouped: folded };
  const fitting = alarms.filter(passes(filter, now, searchTextOf));
  const { shown, hidden } = heard(fitting, filter);
  return { live: folded ? grouped(shown) : shown, silent: countSilent(silent ? fitting : hidden) };
}

/** @param {any} board
 * @param {ReturnType<typeof useSelection>} list
 * @param {number} index
 * @param {number} now
 * @param {ViewProps["go"]} go
 * @param {ReadonlyMap<string, number>} quiet  how many alarms each keeps silent */
function drawRow(board, list, index, now, go, quiet) {
  const item = list.items[index];
  if (!item) return null;
  const props = {
    key: item.id,
    index,
    now,
    here: index === list.index,
    selected: list.chosen.has(item.id),
    onPick: (/** @type {MouseEvent} */ event) => {
      list.moveTo(index);
      if (event.ctrlKey || event.metaKey) list.toggle(item.id);
    },
    onToggle: () => list.toggle(item.id),
    onOpen: () => openIncident(item, go),
  };
  if ("alarms" in item)
    return html`<${GroupRow} ...${props} group=${item} incident=${board.items("incident").get(item.id)} />`;
  const alarm = board.items("alarm").get(item.id) ?? gone(item);
  return html`<${AlarmRow} ...${props} alarm=${alarm} symptoms=${quiet.get(item.id) ?? 0} />`;
}

/** An alarm that cleared while the list stood still.
 * @param {Alarm} alarm
 * @returns {Alarm} */
function gone(alarm) {
  return alarm.state === "cleared" ? alarm : { ...alarm, state: "cleared", cleared_at: alarm.changed_at };
}

/** @param {import("./selection.js").Item} item
 * @param {ViewProps["go"]} go */
function openIncident(item, go) {
  const id = "alarms" in item ? item.id : item.incident;
  if (id) go({ view: "incidents", id });
}

/**
 * @param {object} given
 * @param {any} given.board
 * @param {ReturnType<typeof useSelection>} given.list
 * @param {() => Alarm[]} given.targets
 * @param {string} given.user
 * @param {(what: string) => void} given.ask
 * @param {(permission: string) => boolean} given.may
 */
function actions({ board, list, targets, user, ask, may }) {
  const mayAct = may("act_on_alarms");
  /** @param {(alarms: Alarm[]) => Promise<unknown>} run */
  const apply = (run) => {
    const alarms = targets();
    list.none();
    if (alarms.length) void run(alarms);
  };
  /** @param {string} what */
  const askFor = (what) => () => mayAct && targets().length && ask(what);
  return {
    acknowledge: () => mayAct && apply((alarms) => acknowledge(board, alarms, user)),
    shelve: askFor("shelve"),
    comment: askFor("comment"),
    close: askFor("close"),
    history: () => targets().length === 1 && ask("history"),
    adopt: () => may("adopt_equipment") && adoptable(targets()) && ask("adopt"),
    shelveNow: (/** @type {{until: string, comment: string}} */ how) =>
      apply((alarms) => shelve(board, alarms, how, user)),
    commentNow: (/** @type {string} */ text) => apply((alarms) => comment(board, alarms, text)),
    closeNow: (/** @type {string} */ text) => apply((alarms) => close(board, alarms, text, user)),
    none: list.none,
  };
}

/**
 * @param {object} given
 * @param {ReturnType<typeof useSelection>} given.list
 * @param {ReturnType<typeof actions>} given.act
 * @param {() => void} given.open
 * @param {() => void} given.toggleSilent
 * @param {() => void} given.search
 */
function useAlarmKeys({ list, act, open, toggleSilent, search }) {
  const down = () => list.moveTo(list.index + 1);
  const up = () => list.moveTo(Math.max(0, list.index - 1));
  useKeys([
    { keys: "j", label: "key.down", run: down },
    { keys: "k", label: "key.up", run: up },
    { keys: "ArrowDown", label: "", run: down },
    { keys: "ArrowUp", label: "", run: up },
    { keys: "Home", label: "key.first", run: () => list.moveTo(0) },
    { keys: "End", label: "key.last", run: () => list.moveTo(list.items.length - 1) },
    { keys: "x", label: "key.choose", run: () => list.here && list.toggle(list.here.id) },
    { keys: "a", label: "key.acknowledge", run: act.acknowledge },
    { keys: "s", label: "key.shelve", run: act.shelve },
    { keys: "c", label: "key.comment", run: act.comment },
    { keys: "e", label: "key.close_alarm", run: act.close },
    { keys: "v", label: "key.history", run: act.history },
    { keys: "o", label: "key.adopt", run: act.adopt },
    { keys: "h", label: "key.silent", run: toggleSilent },
    { keys: "Enter", label: "key.open_incident", run: open },
    { keys: "/", label: "key.search", run: search },
    { keys: "Escape", label: "key.none", run: list.none },
  ]);
}

/** Cleared alarms are not live: they are fetched when asked for.
 * @param {boolean} wanted
 * @returns {Alarm[]|null} */
function useCleared(wanted) {
  const [alarms, setAlarms] = useState(/** @type {Alarm[]|null} */ (null));
  useEffect(() => {
    setAlarms(wanted ? [] : null);
    if (!wanted) return undefined;
    const leaving = new AbortController();
    all("/api/v1/alarms", { state: "cleared" }, leaving.signal)
      .then(setAlarms)
      .catch((error) => leaving.signal.aborted || sayRefusal(error));
    return () => leaving.abort();
  }, [wanted]);
  return alarms;
}

/** @param {{board: any, revision: number, now: number, route: import("../state/route.js").Route, go: ViewProps["go"]}} props */
function Storm({ board, revision, now, route, go }) {
  const count = useMemo(() => flood(board.sorted.items, now), [revision, Math.floor(now / FILTER_EVERY_MS)]);
  if (!count) return null;
  const open = board.items("incident").size;
  return html`<p class="banner" role="status">
    <span>${t("storm", { n: count })} ${t("storm.incidents", { n: open })}</span>
    ${
      !route.grouped &&
      html`<button class="button button-small" onClick=${() => go({ ...route, grouped: true }, true)}>
        ${t("storm.group")}
      </button>`
    }
  </p>`;
}

/** @param {{board: any, route: import("../state/route.js").Route, silent: boolean, go: ViewProps["go"]}} props */
function EmptyList({ board, route, silent, go }) {
  if (!board.loaded) return html`<${Nothing} title=${t("loading.alarms")} />`;
  if (silent) return html`<${Nothing} title=${t("empty.silent")} />`;
  const filtered = route.text || route.severities.length || route.site || (route.state && route.state !== "active");
  if (!filtered) return html`<${Nothing} title=${t("empty.alarms")} hint=${t("empty.alarms.hint")} />`;
  return html`<${Nothing} title=${t("empty.filter")} hint=${t("empty.filter.hint")}>
    <button class="button" onClick=${() => go({ view: "alarms" })}>${t("filter.clear")}</button>
  <//>`;
}
