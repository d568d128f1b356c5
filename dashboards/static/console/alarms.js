/**
 * The alarm view: the live list with its filter, its keys, and the line below it that turns a storm into incidents.
 */

import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { all } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Nothing } from "../parts/marks.js";
import { useNarrow } from "../parts/measures.js";
import { sayRefusal } from "../parts/toasts.js";
import { VirtualList } from "../parts/virtual_list.js";
import { beside, pressed } from "../state/alarm_order.js";
import { alarmsOf, flood } from "../state/alarms.js";
import { AdoptDialog, adoptable } from "./adopt.js";
import { actionsOn } from "./alarm_actions.js";
import { FilterBar, SelectionBar } from "./alarm_bar.js";
import { ColumnsDialog, useColumns } from "./alarm_columns.js";
import { CloseDialog, CommentDialog, ShelveDialog } from "./alarm_dialogs.js";
import { exportAlarms } from "./alarm_export.js";
import { GroupRow } from "./alarm_group_row.js";
import { AlarmHistory } from "./alarm_history.js";
import { useAlarmKeys } from "./alarm_keys.js";
import { useAlarmList } from "./alarm_live.js";
import { AlarmHead, AlarmRow } from "./alarm_row.js";
import { useAlarmSound } from "./alarm_sound.js";
import { useSelection } from "./selection.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/route.js").Route} Route */
/** @typedef {import("./views.js").ViewProps} ViewProps */
/** @typedef {{what: string, alarms: Alarm[]}} Asking  a dialog, and what it is about: taken when it was asked for */

const ROW = 28;
const ROW_OF_TWO_LINES = 52;
const FLOOD_EVERY_MS = 2_000;

/** @param {ViewProps} props */
export function Alarms({ board, revision, route, go, user, may }) {
  const now = useTick();
  const searchBox = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [asking, setAsking] = useState(/** @type {Asking|null} */ (null));
  const cleared = useCleared(route.state === "cleared");
  const { rows, list, news } = useAlarmList(board, revision, route, cleared, now);
  const selection = useSelection(rows, news, (id) => board.placed.get(id) ?? cleared?.find((one) => one.id === id), questionOf(route));
  const columns = useColumns(useNarrow());
  const targets = () => selection.targets().flatMap(alarmsOf);
  const filter = (/** @type {Partial<Route>} */ change) => go({ ...route, ...change }, true);
  const ask = (/** @type {string} */ what, /** @type {Alarm[]} */ alarms) => setAsking({ what, alarms });
  const act = actionsOn({ board, targets, none: selection.none, user: user.name, ask });
  const doing = {
    ...act,
    open: () => selection.here && openIncident(selection.here, go),
    silent: () => filter({ silent: !route.silent }),
    search: () => searchBox.current?.focus(),
    columns: () => ask("columns", []),
    download: () => exportAlarms(list.shown, now),
    by: (/** @type {1|-1} */ step) => filter({ sort: beside(route.sort, step) }),
    back: () => filter({ sort: route.sort.startsWith("-") ? route.sort.slice(1) : `-${route.sort || "severity"}` }),
  };
  useAlarmKeys(selection, doing, may);
  useAlarmSound(board, list, now);
  const chosen = selection.chosen.size ? targets() : [];

  return html`<section class="view-alarms" aria-label=${t("view.alarms")}>
    <div class="bars">
      <${FilterBar}
        covered=${chosen.length > 0}
        route=${route}
        counts=${route.silent ? board.tally.all : board.tally.heard}
        silent=${list.silent.list}
        held=${selection.waiting}
        searchBox=${searchBox}
        doing=${doing}
        go=${go}
        onFilter=${filter}
        user=${user}
      />
      ${
        chosen.length > 0 &&
        html`<${SelectionBar}
          count=${chosen.length}
          waiting=${selection.waiting}
          mayAct=${may("act_on_alarms")}
          mayAdopt=${may("adopt_equipment") && adoptable(chosen)}
          single=${chosen.length === 1}
          act=${act}
        />`
      }
    </div>
    ${
      selection.items.length
        ? html`<${List}
            board=${board}
            selection=${selection}
            columns=${columns}
            route=${route}
            now=${now}
            go=${go}
            onFilter=${filter}
          />`
        : html`<${EmptyList} board=${board} route=${route} silent=${list.silent.list.length > 0} go=${go} />`
    }
    <${Storm} board=${board} now=${now} route=${route} go=${go} />
    ${asking && html`<${Asked} ...${asking} board=${board} columns=${columns} act=${act} onClose=${() => setAsking(null)} />`}
  </section>`;
}

/**
 * @param {object} props
 * @param {import("../state/board.js").Board} props.board
 * @param {ReturnType<typeof useSelection>} props.selection
 * @param {ReturnType<typeof useColumns>} props.columns
 * @param {Route} props.route
 * @param {number} props.now
 * @param {ViewProps["go"]} props.go
 * @param {(change: Partial<Route>) => void} props.onFilter
 */
function List({ board, selection, columns, route, now, go, onFilter }) {
  const narrow = useNarrow();
  return html`<div class="alarm-list" style=${narrow ? undefined : { "--alarm-columns": columns.template }}>
    <${VirtualList}
      label=${t("view.alarms")}
      count=${selection.items.length}
      rowHeight=${narrow ? ROW_OF_TWO_LINES : ROW}
      cursor=${selection.index}
      active=${selection.here ? `alarm-${selection.here.id}` : undefined}
      columns=${columns.columns.length + 1}
      head=${html`<${AlarmHead}
        columns=${columns.columns}
        sort=${route.sort}
        onSort=${(/** @type {string} */ column) => onFilter({ sort: pressed(route.sort, column) })}
      />`}
      idAt=${(/** @type {number} */ index) => selection.items.at(index)?.id}
      indexOf=${selection.indexOf}
      seen=${selection.seen}
      above=${(/** @type {number} */ n) => t("above_n", { n })}
      pointing=${selection.pointing}
      row=${(/** @type {number} */ index) => drawRow(board, selection, columns.columns, index, now, go)}
    />
  </div>`;
}

/** @param {import("../state/board.js").Board} board
 * @param {ReturnType<typeof useSelection>} selection
 * @param {import("./alarm_columns.js").Column[]} columns
 * @param {number} index
 * @param {number} now
 * @param {ViewProps["go"]} go */
function drawRow(board, selection, columns, index, now, go) {
  const item = selection.items.at(index);
  if (!item) return null;
  const props = {
    key: item.id,
    columns,
    index,
    now,
    here: index === selection.index,
    selected: selection.chosen.has(item.id),
    onPick: (/** @type {MouseEvent} */ event) => {
      if (event.shiftKey) return selection.reach(index);
      selection.moveTo(index);
      if (event.ctrlKey || event.metaKey) selection.toggle(item.id);
    },
    onToggle: (/** @type {MouseEvent} */ event) => {
      if (event.shiftKey || event.ctrlKey || event.metaKey) return; // the row's own click means more
      selection.toggle(item.id);
    },
    onOpen: () => openIncident(item, go),
  };
  if ("alarms" in item)
    return html`<${GroupRow} ...${props} group=${item} incident=${board.items("incident").get(item.id)} />`;
  const alarm = board.items("alarm").get(item.id) ?? gone(item);
  const site = board.items("site").get(item.site ?? "");
  return html`<${AlarmRow} ...${props} alarm=${alarm} site=${site} symptoms=${board.tally.under.get(item.id) ?? 0} />`;
}

/** @param {Route} route */
function questionOf({ text, severities, state, site, silent, grouped, sort }) {
  return JSON.stringify([text, severities, state, site, silent, grouped, sort]);
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

/** @param {Asking & {board: import("../state/board.js").Board, columns: ReturnType<typeof useColumns>, act: ReturnType<typeof actionsOn>, onClose: () => void}} props */
function Asked({ what, alarms, board, columns, act, onClose }) {
  const count = alarms.length;
  const on = act.on(alarms);
  if (what === "shelve") return html`<${ShelveDialog} count=${count} onClose=${onClose} onShelve=${on.shelve} />`;
  if (what === "comment") return html`<${CommentDialog} count=${count} onClose=${onClose} onComment=${on.comment} />`;
  if (what === "close") return html`<${CloseDialog} count=${count} onClose=${onClose} onDone=${on.close} />`;
  if (what === "columns") return html`<${ColumnsDialog} ...${columns} onClose=${onClose} />`;
  if (what === "history" && alarms[0]) return html`<${AlarmHistory} alarm=${alarms[0]} onClose=${onClose} />`;
  if (what === "adopt" && alarms[0])
    return html`<${AdoptDialog} alarm=${alarms[0]} board=${board} onClose=${onClose} />`;
  return null;
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

/** Below the list, so that no row moves under the mouse when it comes or goes.
 * @param {{board: import("../state/board.js").Board, now: number, route: Route, go: ViewProps["go"]}} props */
function Storm({ board, now, route, go }) {
  const again = Math.floor(now / FLOOD_EVERY_MS);
  const count = useMemo(() => flood(board.placed.values(), now), [again, board.loaded]);
  const open = board.items("incident").size;
  if (!count || !open) return null;
  return html`<p class="banner" role="status">
    <span>${t("storm", { n: count, open })}</span>
    ${
      !route.grouped &&
      html`<button class="button button-small" onClick=${() => go({ ...route, grouped: true }, true)}>
        ${t("storm.group")}
      </button>`
    }
  </p>`;
}

/** @param {{board: import("../state/board.js").Board, route: Route, silent: boolean, go: ViewProps["go"]}} props */
function EmptyList({ board, route, silent, go }) {
  if (!board.loaded) return html`<${Nothing} title=${t("loading.alarms")} />`;
  if (silent) return html`<${Nothing} title=${t("empty.silent")} />`;
  const filtered = route.text || route.severities.length || route.site || (route.state && route.state !== "active");
  if (!filtered) return html`<${Nothing} title=${t("empty.alarms")} hint=${t("empty.alarms.hint")} />`;
  return html`<${Nothing} title=${t("empty.filter")} hint=${t("empty.filter.hint")}>
    <button class="button" onClick=${() => go({ view: "alarms" })}>${t("filter.clear")}</button>
  <//>`;
}
