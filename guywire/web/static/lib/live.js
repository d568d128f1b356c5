/**
 * The live feed (docs/api.md): one WebSocket that reconnects, and collections that stay true through it.
 *
 *   const feed = follow({
 *     collections: {
 *       alarm: {path: "/api/v1/alarms", params: {state: "active"}, keep: (a) => a.state === "active"},
 *       site:  {path: "/api/v1/sites", topic: "inventory"},    // fetched anew when that topic says something changed
 *       waiting_need: {},                                      // no path: only what the feed says
 *     },
 *     onUpdate: (changed) => ...,   // Map of collection -> Set of ids (null: all of it is new), at most once a frame
 *     onState: (state) => ...,      // {link: "connecting"|"loading"|"live"|"stale"|"signed_out", asOf: ms | null}
 *   });
 *   feed.items("alarm")             // Map of id -> object; do not write to it
 *   feed.state(); feed.apply("alarm", object);   // apply: put in what a POST just answered
 *   feed.close();
 *
 * `asOf` is the age of what is shown (server's clock): older than 15 s means stale. Topics that the user may not see are
 * left out of the hello, and their collections stay empty (feed.topics() tells which are there).
 */

import { all } from "/shared/lib/api.js";
import { now, setServerTime } from "/shared/lib/time.js";

/** @typedef {{publisher: string, seq: number, at: string, topic: string, id: string, domain: string, body: any}} Change */
/** @typedef {"connecting" | "loading" | "live" | "stale" | "signed_out"} Link */
/** @typedef {{link: Link, asOf: number | null}} State */
/** @typedef {{path?: string, params?: import("/shared/lib/api.js").Params, topic?: string, keep?: (item: any) => boolean}} Collection */
/** @typedef {Map<string, Set<string> | null>} Changed */

const STALE_MS = 15_000;
const SILENT_MS = 20_000;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000];
const SIGNED_OUT = 4401;

/**
 * @param {{collections: Record<string, Collection>, onUpdate: (changed: Changed) => void, onState: (state: State) => void}} options
 */
export function follow(options) {
  const names = Object.keys(options.collections);
  /** @type {Map<string, Map<string, any>>} */
  const held = new Map(names.map((name) => [name, new Map()]));
  /** @type {Changed} */
  let changed = new Map();
  /** @type {Set<string>} */
  let allowed = new Set();
  /** @type {Change[] | null} waiting for the lists while they load */
  let waiting = null;
  /** @type {AbortController | null} */
  let loading = null;
  /** @type {State} */
  let state = { link: "connecting", asOf: null };
  let frame = 0;

  const socket = connect({
    topics: [...new Set(names.map((name) => options.collections[name].topic ?? name))],
    onMessage: (message) => {
      if (message.type === "hello") allowed = new Set(message.topics);
      if (message.type === "hello" || message.type === "resync") void load(message.now);
      if (message.type === "changes") waiting ? waiting.push(...message.changes) : message.changes.forEach(take);
      if (message.type === "ping" && !waiting) {
        const asOf = Date.parse(message.at);
        tell({ link: now() - asOf > STALE_MS ? "stale" : "live", asOf });
      }
    },
    onLink: (link) => tell({ link: link === "open" ? "loading" : link, asOf: state.asOf }),
  });
  const watch = setInterval(() => {
    if (state.link === "live" && state.asOf !== null && now() - state.asOf > STALE_MS) tell({ ...state, link: "stale" });
  }, 1000);

  /** @param {string} at */
  async function load(at) {
    loading?.abort();
    const mine = (loading = new AbortController());
    waiting = [];
    tell({ link: "loading", asOf: state.asOf });
    try {
      await Promise.all(names.map((name) => fetchOne(name, mine.signal)));
    } catch {
      if (!mine.signal.aborted) socket.again(); // try the whole of it again, a little later
      return;
    }
    if (mine.signal.aborted) return;
    const late = waiting;
    waiting = null;
    late.forEach(take);
    tell({ link: "live", asOf: Date.parse(at) });
  }

  /**
   * @param {string} name
   * @param {AbortSignal} [signal]
   */
  async function fetchOne(name, signal) {
    const { path, params, topic, keep } = options.collections[name];
    const items = path && allowed.has(topic ?? name) ? await all(path, params, signal) : [];
    if (signal?.aborted) return;
    held.set(name, new Map(items.filter((item) => keep?.(item) ?? true).map((item) => [item.id, item])));
    mark(name, null);
  }

  /** @param {Change} change */
  function take(change) {
    for (const name of names) {
      const collection = options.collections[name];
      if ((collection.topic ?? name) !== change.topic) continue;
      if (collection.topic && collection.path) void fetchOne(name).catch(() => socket.again());
      else put(name, change.id, change.body);
    }
  }

  /**
   * @param {string} name
   * @param {string} id
   * @param {any} body
   */
  function put(name, id, body) {
    const items = held.get(name);
    if (!items) return;
    if (items.get(id)?.version > body.version) return; // the list was newer than this change
    if (body.gone || options.collections[name].keep?.(body) === false) items.delete(id);
    else items.set(id, body);
    mark(name, id);
  }

  /**
   * @param {string} name
   * @param {string | null} id
   */
  function mark(name, id) {
    const ids = changed.get(name);
    if (id === null) changed.set(name, null);
    else if (ids) ids.add(id);
    else if (ids === undefined) changed.set(name, new Set([id]));
    // a timer, not a frame: a tab in the background must not pile changes up
    frame ||= window.setTimeout(() => {
      frame = 0;
      const said = changed;
      changed = new Map();
      options.onUpdate(said);
    }, 16);
  }

  /** @param {State} next */
  function tell(next) {
    state = next;
    options.onState(next);
  }

  return {
    /** @param {string} name @returns {ReadonlyMap<string, any>} */
    items: (name) => held.get(name) ?? new Map(),
    topics: () => allowed,
    state: () => state,
    /** @param {string} name @param {any} object */
    apply: (name, object) => put(name, object.id, object),
    close: () => {
      clearInterval(watch);
      clearTimeout(frame);
      loading?.abort();
      socket.close();
    },
  };
}

/**
 * The bare socket: reconnects with back-off and jitter, at once when the browser comes online or the page is shown.
 * A socket that has said nothing for 20 s is taken for dead.
 * @param {{topics: string[], onMessage: (message: any) => void, onLink: (link: "connecting" | "open" | "signed_out") => void}} options
 */
export function connect(options) {
  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let timer = 0;
  let closed = false;
  let heardAt = Date.now();

  function open() {
    clearTimeout(timer);
    timer = 0;
    if (closed) return;
    options.onLink("connecting");
    const mine = (socket = new WebSocket(new URL("/api/v1/live", location.href.replace(/^http/, "ws"))));
    heardAt = Date.now();
    mine.onopen = () => {
      mine.send(JSON.stringify({ type: "subscribe", topics: options.topics }));
      options.onLink("open");
    };
    mine.onmessage = (event) => {
      if (socket !== mine) return;
      heardAt = Date.now();
      const message = JSON.parse(event.data);
      if (message.now) setServerTime(message.now);
      if (message.type === "ping") attempt = 0;
      options.onMessage(message);
    };
    mine.onclose = (event) => {
      if (socket !== mine) return;
      socket = null;
      if (event.code === SIGNED_OUT) options.onLink("signed_out");
      else later();
    };
  }

  function later() {
    if (closed || timer) return;
    options.onLink("connecting");
    const wait = BACK_OFF_MS[Math.min(attempt++, BACK_OFF_MS.length - 1)];
    timer = window.setTimeout(open, wait * (0.75 + Math.random() / 2));
  }

  function drop() {
    const old = socket;
    socket = null;
    old?.close();
  }

  function atOnce() {
    if (timer && document.visibilityState === "visible") open();
  }

  const watch = setInterval(() => {
    if (socket && Date.now() - heardAt > SILENT_MS) {
      drop();
      later();
    }
  }, 1000);
  addEventListener("online", atOnce);
  document.addEventListener("visibilitychange", atOnce);
  open();

  return {
    /** Drops the socket and connects anew after the back-off. */
    again: () => {
      drop();
      later();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      clearInterval(watch);
      removeEventListener("online", atOnce);
      document.removeEventListener("visibilitychange", atOnce);
      drop();
    },
  };
}
