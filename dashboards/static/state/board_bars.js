/**
 * What one technician does on the time axis: orders as bars, the day plan as outlines, duty as bands.
 */

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("./shapes_board.js").DayPlan} DayPlan */
/** @typedef {import("./shapes_board.js").Duty} Duty */
/** @typedef {import("./time_axis.js").Stretch} Stretch */

/**
 * @typedef {object} Bar
 * @property {string} key
 * @property {string} id  of the order, or of the need where none is given yet
 * @property {string} state  of the order; "planned" where there is none
 * @property {Stretch} travel
 * @property {Stretch} work
 * @property {string} site
 * @property {number|null} late  minutes after what runs out there
 * @property {number} lane  0 is the upper one; 1 where it would cover another
 * @property {WorkOrder|null} order
 *
 * @typedef {{kind: "duty"|"standby"|"away", from: number, to: number}} Band
 */

const MINUTE = 60_000;
const USUAL_WORK = 45 * MINUTE;

/** The bars of one technician, in the order of their beginning.
 * @param {WorkOrder[]} orders
 * @param {DayPlan|undefined} plan
 * @param {ReadonlyMap<string, import("../shapes.js").Need>} needs
 * @param {number} now
 * @returns {Bar[]} */
export function barsOf(orders, plan, needs, now) {
  const stops = new Map((plan?.stops ?? []).map((stop) => [stop.order ?? stop.need, stop]));
  const held = orders.map((order) => orderBar(order, stops.get(order.id), needs, now));
  const given = new Set(orders.flatMap((order) => order.needs));
  const planned = (plan?.stops ?? []).filter((stop) => !stop.order && needs.has(stop.need) && !given.has(stop.need));
  return inLanes([...held, ...planned.map((stop) => plannedBar(stop, needs))]);
}

/** @param {WorkOrder} order
 * @param {import("./shapes_board.js").DayStop|undefined} stop
 * @param {ReadonlyMap<string, import("../shapes.js").Need>} needs
 * @param {number} now
 * @returns {Bar} */
function orderBar(order, stop, needs, now) {
  const arrives = order.on_site_at
    ? Date.parse(order.on_site_at)
    : Math.max(now, Date.parse(stop?.arrive ?? order.estimated_at ?? order.planned_arrival_at));
  const lasts = stop ? Date.parse(stop.leave) - Date.parse(stop.arrive) : USUAL_WORK;
  const leaves = order.en_route_at ? Date.parse(order.en_route_at) : arrives - order.travel_minutes * MINUTE;
  const done = Math.max(arrives + lasts, order.on_site_at ? now + 5 * MINUTE : 0);
  return {
    key: order.id,
    id: order.id,
    state: order.state,
    travel: { from: leaves, to: arrives },
    work: { from: arrives, to: done },
    site: order.site_name ?? order.site,
    late: lateBy(order.needs, needs, arrives),
    lane: 0,
    order,
  };
}

/** @param {import("./shapes_board.js").DayStop} stop
 * @param {ReadonlyMap<string, import("../shapes.js").Need>} needs
 * @returns {Bar} */
function plannedBar(stop, needs) {
  const from = Date.parse(stop.arrive);
  return {
    key: stop.need,
    id: stop.need,
    state: "planned",
    travel: { from, to: from },
    work: { from, to: Date.parse(stop.leave) },
    site: stop.site_name ?? stop.site ?? "",
    late: lateBy([stop.need], needs, from),
    lane: 0,
    order: null,
  };
}

/** How many minutes after the first of these runs out somebody is there; null when in time.
 * @param {string[]} ids
 * @param {ReadonlyMap<string, import("../shapes.js").Need>} needs
 * @param {number} arrives */
function lateBy(ids, needs, arrives) {
  const ends = ids.flatMap((id) => needs.get(id)?.site_down_at ?? []).map((at) => Date.parse(at));
  const over = arrives - Math.min(...ends);
  return over >= MINUTE ? Math.floor(over / MINUTE) : null;
}

/** @param {Bar[]} bars
 * @returns {Bar[]} */
function inLanes(bars) {
  const ends = [-Infinity, -Infinity];
  return bars
    .sort((a, b) => a.travel.from - b.travel.from || (a.key < b.key ? -1 : 1))
    .map((bar) => {
      const lane = bar.travel.from >= ends[0] || bar.travel.from < ends[1] ? 0 : 1;
      ends[lane] = Math.max(ends[lane], bar.work.to);
      return { ...bar, lane };
    });
}

/** How far the words of a bar may go, in hundredths of what is seen of it: up to the next one of its lane.
 * @param {Bar} bar
 * @param {Bar[]} bars  of the same person
 * @param {Stretch} stretch
 * @returns {number} infinite where no other follows */
export function roomOf(bar, bars, stretch) {
  const from = Math.max(bar.travel.from, stretch.from);
  const next = bars.filter((one) => one.lane === bar.lane && one.travel.from > bar.travel.from);
  return ((Math.min(...next.map((one) => one.travel.from)) - from) / (Math.min(bar.work.to, stretch.to) - from)) * 100;
}

/** @param {Duty|undefined} duty
 * @param {Stretch} stretch
 * @returns {Band[]} those in sight */
export function bandsOf(duty, stretch) {
  if (!duty) return [];
  return /** @type {const} */ (["duty", "standby", "away"]).flatMap((kind) =>
    duty[kind]
      .map(({ since, until }) => ({ kind, from: Date.parse(since), to: Date.parse(until) }))
      .filter(({ from, to }) => to > stretch.from && from < stretch.to),
  );
}

/** Where something lies on the axis, in hundredths of it, cut to what is in sight; null when it is out of sight.
 * @param {Stretch} part
 * @param {Stretch} stretch
 * @returns {{left: number, width: number}|null} */
export function placeOn(part, stretch) {
  const whole = stretch.to - stretch.from;
  const from = Math.max(part.from, stretch.from);
  const to = Math.min(part.to, stretch.to);
  if (to <= from) return null;
  return { left: ((from - stretch.from) / whole) * 100, width: ((to - from) / whole) * 100 };
}
