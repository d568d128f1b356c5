/**
 * Technicians as rows on one time axis: duty as bands, orders as bars, the day plan as outlines. Only rows in sight exist.
 */

import { html, useEffect, useRef } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration, now, relative } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useWidth } from "../parts/measures.js";
import { bringIntoSight, useSeenRows } from "../parts/seen_rows.js";
import { bandsOf, placeOn, roomOf } from "../state/board_bars.js";
import { isCall } from "../state/board_tray.js";
import { ticks } from "../state/time_axis.js";
import { refusalWords } from "./explanation.js";

/** @typedef {import("../state/board_rows.js").Row} Row */
/** @typedef {import("../state/board_rows.js").PersonRow} PersonRow */
/** @typedef {import("../state/board_bars.js").Bar} Bar */
/** @typedef {import("../state/time_axis.js").Stretch} Stretch */

const HEIGHT = 44;
const MOST_TICKS = 12;
const TICK = 52; // what a time of day wants, in pixels

/** Each state by shape before its words; colour means severity and nothing else. */
const SIGNS = /** @type {Record<string, string>} */ ({ planned: "◌", offered: "?", accepted: "✓", en_route: "→", on_site: "■" });

/** The ticks that have room for their words: not under those of now, nor at the very end; the day stands at midnight.
 * @param {Stretch} stretch
 * @param {number|undefined} here  where now is, in hundredths
 * @param {number} width  of the axis, in pixels */
function labelled(stretch, here = -100, width) {
  const near = (TICK / width) * 100;
  return ticks(stretch, Math.min(MOST_TICKS, Math.floor(width / TICK)), null)
    .map(({ at, label }) => ({ at, left: ((at - stretch.from) / (stretch.to - stretch.from)) * 100, label: hour(label) }))
    .filter(({ left }) => left < 100 - near && (left < here - near || left > here + near));
}

/** @param {string} label */
function hour(label) {
  return label.endsWith("00:00") ? label.slice(0, 5) : label.slice(-5);
}

/** The hours, and where now is.
 * @param {{stretch: Stretch}} props */
export function BoardHead({ stretch }) {
  const time = useTick();
  const axis = useRef(/** @type {HTMLElement|null} */ (null));
  const width = useWidth(axis) || MOST_TICKS * TICK;
  const here = placeOn({ from: time, to: stretch.to }, stretch);
  return html`<div class="board-head" aria-hidden="true">
    <span class="board-name muted">${t("column.technician")}</span>
    <div class="board-axis" ref=${axis}>
      ${labelled(stretch, here?.left, width).map(
        ({ at, left, label }) => html`<span key=${at} class="board-tick" style=${{ left: `${left}%` }}>${label}</span>`,
      )}
      ${here && html`<span class="board-now-label" style=${{ left: `${here.left}%` }}>${t("board.now")}</span>`}
    </div>
  </div>`;
}

/**
 * @param {object} props
 * @param {Row[]} props.rows
 * @param {Stretch} props.stretch
 * @param {string} props.id
 * @param {any} props.board
 * @param {import("./board_move.js").Move} props.move
 * @param {Map<string, import("../state/shapes_board.js").Duty>} props.duties
 * @param {(id: string) => void} props.onChoose
 */
export function BoardRows({ rows, stretch, id, board, move, duties, onChoose }) {
  const block = useRef(/** @type {HTMLElement|null} */ (null));
  const { first, last } = useSeenRows(block, ".board-people", HEIGHT, rows.length);
  const at = rows.findIndex((row) => row.key === (move.to || id));
  useEffect(() => {
    if (block.current && at >= 0) bringIntoSight(block.current, ".board-people", HEIGHT, at, 0);
  }, [at]);
  if (!rows.length) return html`<p class="muted board-none">${t(board.items("technician").size ? "empty.people_filter" : "empty.people")}</p>`;
  const options = new Map((move.options ?? []).map((one) => [one.technician, one]));
  return html`<div ref=${block} class="board-all" role="list" style=${{ height: `${rows.length * HEIGHT}px` }}>
    <${NowLine} stretch=${stretch} />
    ${rows.slice(first, last).map((row, n) => {
      const top = (first + n) * HEIGHT;
      if (row.kind === "group") return html`<${Head} key=${row.key} row=${row} top=${top} />`;
      return html`<${Person}
        key=${row.key}
        row=${row}
        top=${top}
        stretch=${stretch}
        duty=${duties.get(row.key)}
        id=${id}
        board=${board}
        move=${move}
        option=${options.get(row.key)}
        onChoose=${onChoose}
      />`;
    })}
  </div>`;
}

/** The line of now, through all rows; it alone moves each second.
 * @param {{stretch: Stretch}} props */
function NowLine({ stretch }) {
  const time = useTick();
  const here = placeOn({ from: time, to: stretch.to }, stretch);
  return html`<div class="board-lines" aria-hidden="true">
    ${ticks(stretch, MOST_TICKS, null).map(
      ({ at }) => html`<i key=${at} class="board-line" style=${{ left: `${placeOn({ from: at, to: stretch.to }, stretch)?.left ?? 0}%` }}></i>`,
    )}
    ${here && html`<i class="board-now" style=${{ left: `${here.left}%` }}></i>`}
  </div>`;
}

/** @param {{row: import("../state/board_rows.js").GroupRow, top: number}} props */
function Head({ row, top }) {
  return html`<div class="board-row board-group" role="listitem" style=${{ transform: `translateY(${top}px)` }}>
    <h3>${row.name || t("board.no_group")}</h3>
    <span class="muted">${t("board.group_counts", { n: row.count, working: row.working, free: row.free })}</span>
  </div>`;
}

/**
 * @param {object} props
 * @param {PersonRow} props.row
 * @param {number} props.top
 * @param {Stretch} props.stretch
 * @param {import("../state/shapes_board.js").Duty|undefined} props.duty
 * @param {string} props.id
 * @param {any} props.board
 * @param {import("./board_move.js").Move} props.move
 * @param {import("../state/shapes_board.js").Option|undefined} props.option
 * @param {(id: string) => void} props.onChoose
 */
function Person({ row, top, stretch, duty, id, board, move, option, onChoose }) {
  const { technician, bars, standing } = row;
  const aimed = move.what && move.to === technician.id;
  const over = (/** @type {DragEvent} */ event) => {
    if (!move.what) return;
    event.preventDefault();
    if (move.to !== technician.id) move.aim(technician.id);
  };
  const drop = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    void move.drop(technician.id);
  };
  return html`<div
    class=${`board-row board-${standing}${id === technician.id ? " board-here" : ""}${aimed ? " board-aimed" : ""}`}
    role="listitem"
    style=${{ transform: `translateY(${top}px)` }}
    onDragOver=${over}
    onDrop=${drop}
    onClick=${() => move.what && move.byKeys && move.aim(technician.id)}
  >
    <button class="board-name" aria-pressed=${id === technician.id} onClick=${() => !move.what && onChoose(technician.id)}>
      <span class="board-who">${technician.name}</span>
      <span class="board-how">${option ? html`<${OptionWords} option=${option} />` : html`<span class="muted">${standingWords(row)}</span>`}</span>
    </button>
    <div class="board-axis">
      ${bandsOf(duty, stretch).map((band) => {
        const place = placeOn(band, stretch);
        return place && html`<i key=${`${band.kind}${band.from}`} class=${`band band-${band.kind}`} style=${percent(place)} title=${t(`band.${band.kind}`)}></i>`;
      })}
      ${bars.map((bar) => html`<${BarOf} key=${bar.key} bar=${bar} room=${roomOf(bar, bars, stretch)} stretch=${stretch} chosen=${bar.id === id} emergency=${inEmergency(bar, board)} move=${move} onChoose=${onChoose} />`)}
    </div>
  </div>`;
}

/** When somebody could be there, or why not.
 * @param {{option: import("../state/shapes_board.js").Option}} props */
function OptionWords({ option }) {
  if (option.refusal) return html`<span class="muted">✕ ${refusalWords(option.refusal)}</span>`;
  return html`<span class="board-arrives">${relative(option.arrive)} · ${t("km_n", { n: option.km.toFixed(0) })}</span>`;
}

/** @param {PersonRow} row */
function standingWords({ standing, bars, technician }) {
  const order = bars.find((bar) => bar.order)?.order;
  if (order) return t(`work_order.${isCall(order) ? "called" : order.state}`);
  const age = technician.position_at ? ` · ${t("board.position", { time: duration((now() - Date.parse(technician.position_at)) / 1000) })}` : "";
  return t(`standing.${standing}`) + age;
}

/** @param {{bar: Bar, room: number, stretch: Stretch, chosen: boolean, emergency: boolean, move: import("./board_move.js").Move, onChoose: (id: string) => void}} props */
function BarOf({ bar, room, stretch, chosen, emergency, move, onChoose }) {
  const whole = placeOn({ from: Math.min(bar.travel.from, bar.work.from), to: bar.work.to }, stretch);
  if (!whole) return null;
  const inside = { from: Math.max(bar.travel.from, stretch.from), to: Math.min(bar.work.to, stretch.to) };
  const work = placeOn(bar.work, inside);
  const travel = placeOn(bar.travel, inside);
  const { order } = bar;
  const drag = (/** @type {DragEvent} */ event) => {
    event.dataTransfer?.setData("text/plain", bar.id);
    if (order) move.begin({ order: order.id }, false);
    else move.begin({ need: bar.id }, false);
  };
  const words = barWords(bar, emergency);
  return html`<button
    class=${`bar-order bar-${bar.state}${chosen ? " bar-here" : ""}${bar.lane ? " bar-second" : ""}${order && isCall(order) ? " bar-call" : ""}`}
    style=${percent(whole)}
    title=${words}
    aria-label=${words}
    aria-pressed=${chosen}
    draggable=${move.mayMove && bar.state !== "on_site"}
    onDragStart=${drag}
    onDragEnd=${move.cancel}
    onClick=${(/** @type {MouseEvent} */ event) => {
      if (move.what) return;
      event.stopPropagation();
      onChoose(bar.id);
    }}
  >
    ${travel && html`<i class="bar-travel" style=${percent(travel)}></i>`}
    ${work && html`<i class="bar-work" style=${percent(work)}></i>`}
    <span class="bar-words" style=${{ "--work": `${work?.left ?? 0}%`, "--room": Number.isFinite(room) ? `${room}%` : undefined }}>
      ${bar.late !== null && html`<b class="word-critical">▲</b>`} ${emergency && html`<b class="word-major">!</b>`} ${SIGNS[bar.state] ?? ""}
      ${(order?.mates?.length ?? 0) > 0 && html`<b>×${1 + (order?.mates?.length ?? 0)}</b>`} ${bar.site}
    </span>
  </button>`;
}

/** All of a bar in one sentence: what the shapes say.
 * @param {Bar} bar
 * @param {boolean} emergency */
function barWords(bar, emergency) {
  const at = clock(new Date(bar.work.from).toISOString(), bar.order?.time_zone ?? null);
  const state = bar.order && isCall(bar.order) ? "called" : bar.state;
  const parts = [bar.site, t(`work_order.${state}`), t("board.there_at", { at })];
  if (bar.late !== null) parts.push(t("board.late", { time: duration(bar.late * 60) }));
  if (bar.order?.mates?.length) parts.push(t("board.crew_of", { n: 1 + bar.order.mates.length }));
  if (emergency) parts.push(t("board.emergency"));
  return parts.join(" · ");
}

/** @param {Bar} bar
 * @param {any} board */
function inEmergency(bar, board) {
  const region = bar.order?.region;
  return Boolean(region) && [...board.items("emergency").values()].some((one) => region === one.region || region?.startsWith(`${one.region}/`));
}

/** @param {{left: number, width: number}} place */
function percent({ left, width }) {
  return { left: `${left}%`, width: `${width}%` };
}
