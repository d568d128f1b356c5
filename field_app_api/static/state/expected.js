/** What the screen shows: what the server last said, and over it what was done here and may not have reached it yet. Pure. */

import { isEnd, mayBecome } from "./life.js";

/** @typedef {import("../types.js").Day} Day */
/** @typedef {import("../types.js").Item} Item */
/** @typedef {import("../types.js").KeptPhoto} KeptPhoto */
/** @typedef {import("../types.js").Order} Order */
/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** How an item of each kind changes its order. @type {Record<string, (order: Order, item: Item) => Order>} */
const CHANGES = {
  transition: moved,
  step_back: (order, { at }) => (order.ended_at ? order : { ...order, state: "declined", ended_at: at }),
  records: (order, { body }) => ({ ...order, records: joined(order.records, body.records) }),
  place: placed,
  run: ran,
  question: (order, { body, at, key }) => ({
    ...order,
    questions: (order.questions ?? []).some(({ text }) => text === body.text)
      ? order.questions
      : [...(order.questions ?? []), { id: key, at, by: "", text: body.text, photo: body.photo, answers: [] }],
  }),
};

/**
 * @param {Day} day
 * @param {Item[]} items in the order of doing
 * @param {KeptPhoto[]} photos
 * @returns {ShownOrder[]}
 */
export function expected(day, items, photos) {
  return day.orders.map((order) => {
    const own = items.filter((item) => item.order === order.id);
    const kept = photos.filter((photo) => photo.order === order.id);
    const told = own.filter((item) => item.state !== "aside").reduce(changed, order);
    const local = kept.map(({ id, kind, name, at, blob }) => ({ id, kind, name, at, bytes: blob.size }));
    return {
      ...told,
      photos: joined(order.photos, local),
      waiting: own.filter((item) => item.state === "waiting"),
      aside: own.filter((item) => item.state === "aside"),
      unsent: kept.filter((photo) => photo.state !== "sent").length,
    };
  });
}

/** The lone-worker timer as it should stand. @param {Day} day @param {Item[]} items */
export function expectedWatch(day, items) {
  const last = items.filter((item) => item.kind === "watch" && item.state !== "aside").at(-1);
  if (!last) return day.watch;
  if (last.path.endsWith("/end")) return null;
  const until = new Date(Date.parse(last.at) + last.body.minutes * 60_000).toISOString();
  return { work_order: last.body.work_order ?? null, until };
}

/**
 * The call for help as it should stand; `known` once the response centre has it.
 * @param {Day} day @param {Item[]} items
 * @returns {{since: string, known: boolean} | null}
 */
export function expectedSos(day, items) {
  const last = items.filter((item) => item.kind === "sos" && item.state !== "aside").at(-1);
  if (!last) return day.sos && { since: day.sos.since, known: true };
  return last.path.endsWith("/end") ? null : { since: day.sos?.since ?? last.at, known: last.state === "sent" || day.sos !== null };
}

/** @param {Order} order @param {Item} item */
function changed(order, item) {
  return CHANGES[item.kind]?.(order, item) ?? order;
}

/** A move that no longer follows from what the server says shows nothing: the answer to it will say why.
 * @param {Order} order @param {Item} item @returns {Order} */
function moved(order, { body }) {
  if (!mayBecome(order, body.to)) return order;
  const words = { reason: body.reason ?? "", cause: body.cause ?? "", result: body.result ?? "" };
  return isEnd(body.to)
    ? { ...order, ...words, state: body.to, ended_at: body.at }
    : { ...order, state: body.to, [`${body.to}_at`]: body.at };
}

/** @param {Order} order @param {Item} item @returns {Order} */
function placed(order, { body, at }) {
  const places = order.places ?? { parking: null, site: null, track: null };
  if (body.kind === "track") return { ...order, places: { ...places, track: body.points } };
  const [[latitude, longitude]] = body.points;
  return { ...order, places: { ...places, [body.kind]: { latitude, longitude, note: body.note, by: "", at } } };
}

/** @param {Order} order @param {Item} item @returns {Order} */
function ran(order, { body, key }) {
  const runs = order.runs ?? [];
  const open = runs.find((run) => !run.stopped_at);
  if (body.step === "start") {
    return open ? order : { ...order, runs: [...runs, { id: key, started_at: body.at, stopped_at: null }] };
  }
  if (!open) return order;
  const told = body.step === "stop" ? { stopped_at: body.at, hours: body.hours } : { fuel_litres: body.litres };
  return { ...order, runs: runs.map((run) => (run === open ? { ...run, ...told } : run)) };
}

/**
 * Both lists, each id once.
 * @template {{id: string}} T
 * @param {T[] | undefined} told
 * @param {T[]} own
 * @returns {T[]}
 */
function joined(told, own) {
  const known = new Set((told ?? []).map(({ id }) => id));
  return [...(told ?? []), ...own.filter(({ id }) => !known.has(id))];
}
