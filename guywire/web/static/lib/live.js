/**
 * The live feed (docs/api.md): one WebSocket that reconnects, and collections that stay true through it.
 *
 *   const feed = follow({
 *     collections: {
 *       alarm: {path: "/api/v1/alarms", snapshot: true, keep: (a) => a.state === "active"},   // begins in the snapshot
 *       site:  {path: "/api/v1/sites", topic: "inventory"},    // fetched anew when that topic says something changed
 *       site: {load: loadSites, topic: "inventory"},           // likewise, by a function that answers a map of its own
 *       waiting_need: {},                                      // neither: only what the feed says
 *     },
 *     onUpdate: (changed) => ...,   // Map of collection -> Set of ids (null: all of it is new), at most once a frame
 *     onState: (state) => ...,      // {link: "connecting"|"loading"|"live"|"stale"|"signed_out", asOf: ms | null}
 *   });
 *   feed.items("alarm")             // Map of id -> object; do not write to it
 *   feed.state(); feed.apply("alarm", object);   // apply: put in what a POST just answered
 *   feed.close();
 *
 * After a break the feed goes on where it was. Only when the server no longer knows what was missed, or was too fast for
 * this page, does all of it begin anew. `asOf` is the age of what is shown (server's clock): older than 15 s means stale.
 * Topics that the user may not see are left out of the hello, and their collections stay empty (feed.topics() tells).
 */

import { all, session } from "/shared/lib/api.js";
import { lean, readSnapshot } from "/shared/lib/snapshot.js";
import { connect } from "/shared/lib/socket.js";
import { now, setServerTime } from "/shared/lib/time.js";

/** @typedef {{publisher: string, seq: number, at: string, topic: string, id: string, domain: string, body: any}} Change */
/** @typedef {"connecting" | "loading" | "live" | "stale" | "signed_out"} Link */
/** @typedef {{link: Link, asOf: number | null}} State */
/** @typedef {{path?: string, params?: import("/shared/lib/api.js").Params, snapshot?: boolean, topic?: string, keep?: (item: any) => boolean, load?: (signal?: AbortSignal) => Promise<ReadonlyMap<string, any>>}} Collection */
/** @typedef {Map<string, Set<string> | null>} Changed */
/** @typedef {{epoch: string, seq: Record<string, number>, now: string}} Marker  what follows has greater numbers of that epoch */

const STALE_MS = 15_000;
const MOST_GONE = 5_000;

/**
 * @param {{collections: Record<string, Collection>, onUpdate: (changed: Changed) => void, onState: (state: State) => void}} options
 */
export function follow(options) {
  const names = Object.keys(options.collections);
  const inSnapshot = names.filter((name) => options.collections[name].snapshot);
  /** @type {Map<string, Map<string, any>>} */
  const held = new Map(names.map((name) => [name, new Map()]));
  /** @type {Changed} */
  let changed = new Map();
  /** @type {Set<string>} */
  let allowed = new Set();
  /** @type {Record<string, number> | null} how far we have come with each publisher */
  let seqs = null;
  let epoch = ""; // which history those numbers belong to
  /** Whether what comes belongs to a subscription that is over. */
  let deaf = false;
  /** @type {Change[] | null} waiting for the collections while they load */
  let waiting = null;
  /** @type {AbortController | null} */
  let loading = null;
  /** @type {Map<string, "running" | "again">} collections that are being fetched anew */
  const refreshing = new Map();
  /** @type {Map<string, number>} what the feed took away lately, and with which version */
  const gone = new Map();
  const end = new AbortController();
  /** @type {State} */
  let state = { link: "connecting", asOf: null };
  let frame = 0;

  const socket = connect({
    subscription: () => {
      if (!seqs && inSnapshot.length) return null; // what the snapshot says first
      deaf = true;
      const topics = [...new Set(names.map((name) => options.collections[name].topic ?? name))];
      return { type: "subscribe", topics, ...(seqs && { after: seqs, epoch }) };
    },
    onMessage: (message) => {
      if (message.type === "hello") greet(message);
      if (message.type === "resync") void load(message);
      if (message.type === "changes" && !deaf) hear(message.changes);
      if (message.type === "ping" && !deaf) {
        seqs = { ...seqs, ...message.seq };
        const asOf = Date.parse(message.at);
        if (!waiting) tell({ link: now() - asOf > STALE_MS ? "stale" : "live", asOf });
      }
    },
    onLink: (link) => {
      deaf = true;
      tell({ link: link === "open" ? "loading" : link, asOf: state.asOf });
      if (link === "open" && inSnapshot.length && !seqs && !loading) void load();
      if (link === "signed_out") void askWho();
    },
  });
  const watch = setInterval(() => {
    if (state.link === "live" && state.asOf !== null && now() - state.asOf > STALE_MS) tell({ ...state, link: "stale" });
  }, 1000);
  if (inSnapshot.length) void load();

  /** Whether the session is really over the server says: its 401 is heard by all who show a page; else we go on. */
  async function askWho() {
    await session().catch(() => {});
    socket.again();
  }

  /** @param {Marker & {topics: string[], resumed?: boolean}} hello */
  function greet(hello) {
    allowed = new Set(hello.topics);
    deaf = false;
    if (!hello.resumed) void load(hello);
    else if (!loading) tell({ link: "live", asOf: Date.parse(hello.now) });
  }

  /** Begins anew. With a snapshot the feed goes on from that; without one, from what the server said before it.
   * @param {Marker} [said] */
  async function load(said) {
    loading?.abort();
    const mine = (loading = new AbortController());
    waiting = [];
    deaf = inSnapshot.length > 0;
    seqs = deaf ? null : (said?.seq ?? null);
    if (said) enter(said.epoch);
    tell({ link: "loading", asOf: state.asOf });
    try {
      const at = deaf ? await begin(mine.signal) : await fetchLists(mine.signal).then(() => said?.now);
      if (mine.signal.aborted) return;
      loading = null;
      const late = waiting;
      waiting = null;
      late.forEach(take);
      for (const name of refreshing.keys()) refreshing.set(name, "again"); // asked before this, answered after it
      if (!deaf) tell({ link: "live", asOf: Date.parse(String(at)) });
    } catch {
      if (mine.signal.aborted) return;
      loading = null;
      seqs = null;
      socket.again(); // try the whole of it again, a little later
    }
  }

  /** In another history what was taken away may stand again, with a smaller version.
   * @param {string} next */
  function enter(next) {
    if (next !== epoch) gone.clear();
    epoch = next;
  }

  /** The snapshot, and beside it the lists that it does not hold; read after its moment, so nothing falls between.
   * @param {AbortSignal} signal
   * @returns {Promise<string>} as of when it is */
  async function begin(signal) {
    let at = "";
    let lists = Promise.resolve();
    const fill = filler(inSnapshot);
    await readSnapshot(inSnapshot, {
      signal,
      onBegin: (line) => {
        at = line.now;
        setServerTime(line.now);
        seqs = line.seq;
        enter(line.epoch);
        allowed = new Set(line.topics);
        socket.subscribe();
        lists = fetchLists(signal);
        lists.catch(() => {}); // awaited below
      },
      onRows: (name, rows) => signal.aborted || fill.add(name, rows),
    });
    await lists;
    if (!signal.aborted) fill.end();
    return at;
  }

  /** What takes the rows of a snapshot: an empty collection shows them as they come, another is exchanged at once.
   * @param {string[]} wanted */
  function filler(wanted) {
    const fresh = new Map(wanted.filter((name) => held.get(name)?.size).map((name) => [name, new Map()]));
    return {
      /** @param {string} name @param {any[]} rows */
      add: (name, rows) => {
        const keep = options.collections[name].keep;
        const items = fresh.get(name) ?? held.get(name);
        for (const row of rows) {
          if (keep && !keep(row)) continue;
          items?.set(row.id, row);
          if (!fresh.has(name)) mark(name, row.id);
        }
      },
      end: () => {
        for (const [name, items] of fresh) {
          held.set(name, items);
          mark(name, null);
        }
      },
    };
  }

  /** @param {AbortSignal} signal */
  async function fetchLists(signal) {
    await Promise.all(names.filter((name) => !inSnapshot.includes(name)).map((name) => fetchOne(name, signal)));
  }

  /**
   * @param {string} name
   * @param {AbortSignal} [signal]
   */
  async function fetchOne(name, signal) {
    const { path, params, topic, keep, load: own } = options.collections[name];
    if (own && allowed.has(topic ?? name)) {
      const found = await own(signal);
      if (signal?.aborted) return;
      held.set(name, /** @type {Map<string, any>} */ (found)); // read only: what changes it is a new one
      return mark(name, null);
    }
    const items = path && allowed.has(topic ?? name) ? await all(path, params, signal) : [];
    if (signal?.aborted) return;
    held.set(name, new Map(items.filter((item) => keep?.(item) ?? true).map((item) => [item.id, item])));
    mark(name, null);
  }

  /** Fetches a collection anew, once more if something changed meanwhile.
   * @param {string} name */
  async function refresh(name) {
    if (refreshing.has(name)) return void refreshing.set(name, "again");
    try {
      do {
        refreshing.set(name, "running");
        if (inSnapshot.includes(name)) await exchange(name);
        else await fetchOne(name, end.signal);
      } while (refreshing.get(name) === "again");
    } catch {
      if (!end.signal.aborted) socket.again();
    } finally {
      refreshing.delete(name);
    }
  }

  /** @param {string} name */
  async function exchange(name) {
    const keep = options.collections[name].keep;
    const items = new Map();
    await readSnapshot([name], {
      signal: end.signal,
      onBegin: () => {},
      onRows: (_, rows) => rows.forEach((row) => (keep?.(row) ?? true) && items.set(row.id, row)),
    });
    held.set(name, items);
    mark(name, null);
  }

  /** @param {Change[]} changes */
  function hear(changes) {
    for (const change of changes) {
      if (!seqs || change.seq <= (seqs[change.publisher] ?? -1)) continue; // the snapshot holds it
      seqs[change.publisher] = change.seq;
      if (waiting) waiting.push(change);
      else take(change);
    }
  }

  /** @param {Change} change */
  function take(change) {
    for (const name of names) {
      const collection = options.collections[name];
      if ((collection.topic ?? name) !== change.topic) continue;
      if (collection.load || (collection.topic && (collection.snapshot || collection.path))) void refresh(name);
      else {
        put(name, change.id, change.body);
        noteGone(name, change);
      }
    }
  }

  /** Remembers what a change took away: an answer that was on its way must not bring it back.
   * @param {string} name
   * @param {Change} change */
  function noteGone(name, { id, body }) {
    const key = `${name} ${id}`;
    gone.delete(key);
    if (held.get(name)?.has(id)) return;
    gone.set(key, body.version ?? Infinity);
    const [oldest] = gone.keys();
    if (gone.size > MOST_GONE) gone.delete(oldest);
  }

  /** Whether the feed has taken it away since, in this version or a later one.
   * @param {string} name
   * @param {{id: string, version?: number}} object */
  function isGone(name, { id, version }) {
    const last = gone.get(`${name} ${id}`);
    return last !== undefined && !(Number(version) > last);
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
    else items.set(id, lean(body));
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
    apply: (name, object) => isGone(name, object) || put(name, object.id, object),
    close: () => {
      end.abort();
      clearInterval(watch);
      clearTimeout(frame);
      loading?.abort();
      socket.close();
    },
  };
}
