/**
 * The rows of the dispatch board: technicians under the heads of their groups, those who matter most first.
 */

import { barsOf } from "./board_bars.js";

/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("./shapes_board.js").Duty} Duty */
/** @typedef {import("./board_bars.js").Bar} Bar */
/** @typedef {"late"|"working"|"free"|"standby"|"off"|"away"} Standing */

/**
 * @typedef {object} PersonRow
 * @property {"person"} kind
 * @property {string} key
 * @property {Technician} technician
 * @property {Bar[]} bars
 * @property {Standing} standing
 *
 * @typedef {{kind: "group", key: string, name: string, count: number, free: number, working: number}} GroupRow
 * @typedef {PersonRow|GroupRow} Row
 *
 * @typedef {object} People
 * @property {Iterable<Technician>} technicians
 * @property {Iterable<WorkOrder>} orders
 * @property {ReadonlyMap<string, import("./shapes_board.js").DayPlan>} plans
 * @property {ReadonlyMap<string, import("../shapes.js").Need>} needs
 * @property {ReadonlyMap<string, Duty>} duties
 *
 * @typedef {object} Look
 * @property {"area"|"company"} by
 * @property {string} text
 * @property {"all"|"working"|"free"} only
 */

const RANK = /** @type {Record<Standing, number>} */ ({ late: 0, working: 1, free: 2, standby: 3, off: 4, away: 5 });

/** Everybody with what they do, by need: who will be late first, who is away last.
 * @param {People} people
 * @param {number} now
 * @returns {PersonRow[]} */
export function personRows({ technicians, orders, plans, needs, duties }, now) {
  const held = heldBy(orders);
  return [...technicians]
    .filter((technician) => technician.role === "technician")
    .map((technician) => {
      const mine = held.get(technician.id) ?? [];
      const bars = barsOf(mine, plans.get(technician.id), needs, now);
      const standing = standingOf(bars, duties.get(technician.id), now);
      return /** @type {PersonRow} */ ({ kind: "person", key: technician.id, technician, bars, standing });
    })
    .sort(byNeed);
}

/** The rows as they are shown: filtered, under the heads of their groups.
 * @param {PersonRow[]} people
 * @param {Look} look
 * @returns {Row[]} */
export function grouped(people, { by, text, only }) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const shown = people.filter((row) => isIn(row, only) && words.every((word) => textOf(row).includes(word)));
  /** @type {Map<string, PersonRow[]>} */
  const groups = new Map();
  for (const row of shown) {
    const name = by === "company" ? row.technician.company : row.technician.region;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups]
    .sort(([a, of], [b, others]) => Number(hasLate(others)) - Number(hasLate(of)) || (a < b ? -1 : 1))
    .flatMap(([name, rows]) => [head(name, rows), ...rows]);
}

/** In the order in which they could be there, whoever cannot go last; without heads.
 * @param {PersonRow[]} people
 * @param {import("./shapes_board.js").Option[]} options
 * @returns {PersonRow[]} */
export function byOption(people, options) {
  const known = new Map(people.map((row) => [row.technician.id, row]));
  return options.flatMap((option) => known.get(option.technician) ?? []);
}

/** @param {Iterable<WorkOrder>} orders
 * @returns {Map<string, WorkOrder[]>} by technician, mates too; a call that nobody accepted binds nobody, but is shown */
function heldBy(orders) {
  /** @type {Map<string, WorkOrder[]>} */
  const held = new Map();
  for (const order of orders) {
    for (const person of [order.technician, ...(order.mates ?? [])]) {
      const mine = held.get(person);
      if (mine) mine.push(order);
      else held.set(person, [order]);
    }
  }
  return held;
}

/** @param {Bar[]} bars
 * @param {Duty|undefined} duty
 * @param {number} now
 * @returns {Standing} */
function standingOf(bars, duty, now) {
  const orders = bars.filter((bar) => bar.order);
  if (orders.some((bar) => bar.late !== null)) return "late";
  if (orders.length) return "working";
  const holds = (/** @type {"duty"|"standby"|"away"} */ kind) =>
    duty?.[kind].some(({ since, until }) => Date.parse(since) <= now && now < Date.parse(until));
  if (holds("away")) return "away";
  if (!duty || holds("duty")) return "free";
  return holds("standby") ? "standby" : "off";
}

/** @param {PersonRow} a
 * @param {PersonRow} b */
function byNeed(a, b) {
  return (
    RANK[a.standing] - RANK[b.standing] ||
    firstOf(a) - firstOf(b) ||
    order(a.technician.name, b.technician.name) ||
    order(a.key, b.key)
  );
}

/** By their code points: `localeCompare` is a hundred times slower.
 * @param {string} one
 * @param {string} other */
function order(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** @param {PersonRow} row */
function firstOf(row) {
  const [first] = row.bars;
  return first ? first.work.from : Number.MAX_SAFE_INTEGER;
}

/** @param {PersonRow} row
 * @param {Look["only"]} only */
function isIn({ standing }, only) {
  if (only === "working") return standing === "working" || standing === "late";
  return only === "all" || standing === "free" || standing === "standby";
}

/** @param {PersonRow} row */
function textOf({ technician, bars }) {
  const { id, name, phone, region, company, skills } = technician;
  const sites = bars.map((bar) => `${bar.site} ${bar.id} ${bar.order?.ticket ?? ""}`);
  return [id, name, phone, region, company, ...skills, ...sites].join(" ").toLowerCase();
}

/** Whether somebody of a group will be late: it stands above the others.
 * @param {PersonRow[]} rows */
function hasLate(rows) {
  return rows.some((row) => row.standing === "late");
}

/** @param {string} name
 * @param {PersonRow[]} rows
 * @returns {GroupRow} */
function head(name, rows) {
  const count = (/** @type {Standing[]} */ ...of) => rows.filter((row) => of.includes(row.standing)).length;
  return {
    kind: "group",
    key: `group:${name}`,
    name,
    count: rows.length,
    free: count("free"),
    working: count("working", "late"),
  };
}
