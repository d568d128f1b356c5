/**
 * The dispatch board: what waits for hands, who does what when, and giving it to somebody with its effect seen first.
 */

import { html, useMemo, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { useNarrow } from "../parts/measures.js";
import { Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { START, moved, stretchOf, stretched } from "../state/board_axis.js";
import { byOption, grouped, personRows } from "../state/board_rows.js";
import { tray } from "../state/board_tray.js";
import { clocksBy } from "../state/runs_out.js";
import { useMove } from "./board_move.js";
import { BoardHead, BoardRows } from "./board_rows.js";
import { BoardSide } from "./board_side.js";
import { BoardTop } from "./board_top.js";
import { Tray } from "./board_tray.js";
import { BoardList } from "./board_list.js";

/** @typedef {import("../state/board_rows.js").Row} Row */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const EVERY_MS = 5 * 60_000;
const DAY = 86_400_000;
const HALF_DAY = DAY / 2;

/** @param {ViewProps} props */
export function Work(props) {
  const { board, route, go, may } = props;
  const narrow = useNarrow();
  const [look, setLook] = useState({ by: /** @type {"area"|"company"} */ ("area"), text: route.text, only: /** @type {"all"|"working"|"free"} */ ("all") });
  const [axis, setAxis] = useState(START);
  const [looked, setZone] = useState(/** @type {"tray"|"people"} */ ("tray"));
  const search = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { waiting, people } = useBoardState(props);
  const zone = waiting.length ? looked : "people";
  const move = useMove(board, may("manage_work_orders"));
  const rows = useMemo(
    () => (move.options && move.byKeys ? byOption(people, move.options) : grouped(people, look)),
    [people, look, move.options, move.byKeys],
  );
  const id = route.id;
  const choose = (/** @type {string} */ next) => go({ view: "work", id: next, text: route.text }, true);
  useBoardKeys({ rows, waiting, id, choose, zone, setZone, move, setAxis, search });
  if (!board.loaded) return html`<${Nothing} title=${t("loading.work")} />`;
  const side = html`<${BoardSide} ...${props} people=${people} waiting=${waiting} move=${move} onChoose=${choose} />`;
  if (narrow) return html`<${BoardList} ...${props} people=${people} waiting=${waiting} move=${move} onChoose=${choose} side=${side} />`;
  const stretch = stretchOf(axis, now());
  return html`<section class=${`view-board${move.what ? " board-moving" : ""}`} aria-label=${t("view.work")}>
    <${BoardTop} look=${look} onLook=${setLook} axis=${axis} onAxis=${setAxis} people=${people} board=${board} searchBox=${search} />
    <div class="board-body">
      <${Tray} waiting=${waiting} id=${id} here=${zone === "tray"} onChoose=${choose} move=${move} />
      <div class="board-people scroll" tabindex="0" role="region" aria-label=${t("board.people")}>
        <${BoardHead} stretch=${stretch} />
        <${BoardRows} rows=${rows} stretch=${stretch} id=${id} board=${board} move=${move} duties=${people.duties} onChoose=${choose} />
      </div>
      ${side}
    </div>
  </section>`;
}

/** What waits and who there is, as the live collections and the rota have it.
 * @param {ViewProps} props */
function useBoardState({ board, revision }) {
  const since = Math.floor(now() / HALF_DAY - 1) * HALF_DAY; // the board stands open for days
  const period = { since: new Date(since).toISOString(), until: new Date(since + 3 * DAY).toISOString() };
  const { data } = useFetched("/api/v1/rota/duties", { params: period, everyMs: EVERY_MS });
  const duties = useMemo(
    () => new Map((/** @type {any} */ (data)?.items ?? []).map((/** @type {{id: string}} */ one) => [one.id, one])),
    [data],
  );
  const people = useMemo(() => {
    const known = {
      technicians: board.items("technician").values(),
      orders: board.items("work_order").values(),
      plans: board.items("day_plan"),
      needs: board.items("need"),
      duties,
    };
    return Object.assign(personRows(known, now()), { duties });
  }, [revision, duties]);
  const waiting = useMemo(
    () =>
      tray(
        board.items("need").values(),
        board.items("work_order").values(),
        board.items("waiting_need"),
        clocksBy(board.items("clock").values(), "need"),
        board.items("ticket"),
      ),
    [revision],
  );
  return { waiting, people };
}

/**
 * @param {object} given
 * @param {Row[]} given.rows
 * @param {import("../state/board_tray.js").Waiting[]} given.waiting
 * @param {string} given.id
 * @param {(id: string) => void} given.choose
 * @param {"tray"|"people"} given.zone
 * @param {(zone: "tray"|"people") => void} given.setZone
 * @param {ReturnType<typeof useMove>} given.move
 * @param {(change: (axis: any) => any) => void} given.setAxis
 * @param {{current: HTMLInputElement|null}} given.search
 */
function useBoardKeys({ rows, waiting, id, choose, zone, setZone, move, setAxis, search }) {
  const people = rows.filter((row) => row.kind === "person");
  const step = (/** @type {number} */ by) => {
    if (move.what) {
      const at = people.findIndex((row) => row.key === move.to);
      const next = people[clamp(at + by, people.length)];
      if (next) move.aim(next.key);
    } else if (zone === "tray") {
      const next = waiting[clamp(waiting.findIndex((one) => one.need.id === id) + by, waiting.length)];
      if (next) choose(next.need.id);
    } else {
      const next = people[clamp(rowOf(people, id) + by, people.length)];
      if (next) choose(next.key);
    }
  };
  const along = (/** @type {number} */ by) => {
    const row = people[rowOf(people, id)];
    if (row?.kind !== "person" || zone === "tray") return;
    const stops = [row.key, ...row.bars.map((bar) => bar.id)];
    const next = stops[clamp(stops.indexOf(id) + by, stops.length)];
    if (next) choose(next);
  };
  const go = (/** @type {"tray"|"people"} */ to) => {
    setZone(to);
    const first = to === "tray" ? waiting[0]?.need.id : people[0]?.key;
    if (first) choose(first);
  };
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
    { keys: "ArrowDown", label: "", run: () => step(1) },
    { keys: "ArrowUp", label: "", run: () => step(-1) },
    { keys: "ArrowRight", label: "board.key.right", run: () => (zone === "tray" && !move.what ? go("people") : along(1)) },
    { keys: "ArrowLeft", label: "board.key.left", run: () => (rowOf(people, id) >= 0 && people[rowOf(people, id)]?.key === id && !move.what ? go("tray") : along(-1)) },
    { keys: "[", label: "board.key.earlier", run: () => setAxis((axis) => moved(axis, -1)) },
    { keys: "]", label: "board.key.later", run: () => setAxis((axis) => moved(axis, 1)) },
    { keys: "+", label: "board.key.closer", run: () => setAxis((axis) => stretched(axis, 0.5)) },
    { keys: "-", label: "board.key.wider", run: () => setAxis((axis) => stretched(axis, 2)) },
    { keys: "0", label: "board.key.now", run: () => setAxis(() => START) },
    { keys: "/", label: "key.search", run: () => search.current?.focus() },
    ...(move.what
      ? [
          { keys: "Enter", label: "board.key.drop", run: () => void move.drop() },
          { keys: "Escape", label: "board.key.leave", run: move.cancel },
        ]
      : []),
  ]);
}

/** The row of a technician, or of one of whose bars it is the id.
 * @param {Row[]} people
 * @param {string} id */
function rowOf(people, id) {
  return people.findIndex((row) => row.key === id || (row.kind === "person" && row.bars.some((bar) => bar.id === id)));
}

/** @param {number} at
 * @param {number} count */
function clamp(at, count) {
  return Math.max(0, Math.min(count - 1, at));
}
