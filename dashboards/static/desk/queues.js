/**
 * The queues beside the call: each with its count, live, first what breaks first; a storm is one line.
 */

import { html, useEffect, useMemo, useRef, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { sayRefusal } from "../parts/toasts.js";
import { foldLines, QUEUES, queueOf } from "../state/desk_queue.js";
import { QueueLine } from "./queue_line.js";

/** @typedef {import("../state/shapes_desk.js").Complaint} Complaint */
/** @typedef {import("../state/desk_queue.js").Queue} Queue */
/** @typedef {import("../state/desk_queue.js").Line} Line */

const KEYS = /** @type {Record<Queue, string>} */ ({
  mine: "g m",
  call_back: "g b",
  overdue: "g o",
  promises: "g p",
  leader: "g l",
  all: "g a",
});
const LISTS = [{ queue: "mine" }, { queue: "call_back" }, { queue: "overdue" }, { queue: "promises" }, { queue: "leader" }];
const NEWEST = [{ state: "open" }, { state: "linked" }, { state: "restored" }];
const MOST = 1000;
const SHOWN = 150;
const STEP_MS = 5_000;

/** What is not closed: fetched whenever the feed is live anew, then kept by it. What is worked through comes whole, the
 * rest as far as the newest.
 * @param {import("../state/board.js").Board} board */
export function useComplaints(board) {
  const live = board.state.link === "live";
  useEffect(() => {
    if (!live) return;
    for (const asked of [...LISTS, ...NEWEST])
      get("/api/v1/complaints", { ...asked, limit: MOST })
        .then((page) => page.items.forEach((/** @type {Complaint} */ one) => board.apply("complaint", one)))
        .catch(sayRefusal);
  }, [live]);
  return board.items("complaint");
}

/**
 * @param {object} props
 * @param {import("../state/board.js").Board} props.board
 * @param {ReadonlyMap<string, Complaint>} props.complaints
 * @param {string} props.me
 * @param {string} props.openId  the complaint that is open
 * @param {(line: Line) => void} props.onOpen
 */
export function Queues({ board, complaints, me, openId, onOpen }) {
  const step = Math.floor(useTick() / STEP_MS);
  const [queue, setQueue] = useState(/** @type {Queue} */ ("mine"));
  const [cursor, setCursor] = useState("");
  const all = useMemo(
    () => new Map(QUEUES.map((name) => [name, queueOf(complaints.values(), name, me, now())])),
    [board.revision, step, me],
  );
  const lines = useMemo(() => foldLines(all.get(queue) ?? []), [all, queue]);
  useQueueThatHasWork(all, setQueue);
  const place = lines.findIndex(({ lead }) => lead.id === cursor);
  const go = (/** @type {number} */ by) => {
    const line = lines[Math.min(lines.length - 1, Math.max(0, place + by))];
    if (line) setCursor(line.lead.id);
  };
  const show = (/** @type {Queue} */ name) => {
    setQueue(name);
    setCursor("");
  };
  const at = lines[place];
  useKeys([
    { keys: "j", label: "key.down", run: () => go(1) },
    { keys: "k", label: "key.up", run: () => go(place < 0 ? 0 : -1) },
    ...(at ? [{ keys: "Enter", label: "desk.key_open", run: () => onOpen(at) }] : []),
    ...QUEUES.map((name) => ({ keys: KEYS[name], label: `queue.${name}`, run: () => show(name) })),
  ]);
  return html`<aside class="queues" aria-label=${t("desk.queues")}>
    <div class="queue-tabs" role="tablist">
      ${QUEUES.map((name) => html`<${Tab} key=${name} name=${name} on=${name === queue} count=${all.get(name)?.length ?? 0} onShow=${show} />`)}
    </div>
    <${Lines} lines=${lines} queue=${queue} cursor=${cursor} openId=${openId} onOpen=${onOpen} loaded=${board.loaded} />
  </aside>`;
}

/** @param {{name: Queue, on: boolean, count: number, onShow: (name: Queue) => void}} props */
function Tab({ name, on, count, onShow }) {
  return html`<button
    type="button"
    role="tab"
    id=${`queue-${name}`}
    class=${on ? "queue-tab queue-tab-on" : "queue-tab"}
    aria-selected=${on}
    aria-controls="queue-lines"
    title=${KEYS[name]}
    onClick=${() => onShow(name)}
  >
    ${t(`queue.${name}`)} <span class=${count ? "" : "muted"}>${count}</span>
  </button>`;
}

/** @param {{lines: Line[], queue: Queue, cursor: string, openId: string, onOpen: (line: Line) => void, loaded: boolean}} props */
function Lines({ lines, queue, cursor, openId, onOpen, loaded }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => box.current?.querySelector(".queue-cursor")?.scrollIntoView({ block: "nearest" }), [cursor]);
  if (!lines.length)
    return html`<div id="queue-lines" class="queue-empty" role="tabpanel" aria-labelledby=${`queue-${queue}`}>
      <p class="muted">${t(loaded ? `queue.${queue}.empty` : "loading")}</p>
    </div>`;
  return html`<div id="queue-lines" class="queue-lines" role="tabpanel" tabindex="0" aria-labelledby=${`queue-${queue}`} ref=${box}>
    <ol>
      ${lines.slice(0, SHOWN).map(
        (line) => html`<${QueueLine}
          key=${line.lead.id}
          line=${line}
          queue=${queue}
          cursor=${line.lead.id === cursor}
          open=${line.lead.id === openId}
          onOpen=${onOpen}
        />`,
      )}
    </ol>
    ${lines.length > SHOWN && html`<p class="muted dense queue-more">${t("more_n", { n: lines.length - SHOWN })}</p>`}
  </div>`;
}

/** Begins with the first queue in which something waits, once the complaints are there.
 * @param {Map<Queue, Complaint[]>} all
 * @param {(name: Queue) => void} setQueue */
function useQueueThatHasWork(all, setQueue) {
  const chosen = useRef(false);
  useEffect(() => {
    const first = QUEUES.find((name) => all.get(name)?.length);
    if (chosen.current || !first) return;
    chosen.current = true;
    setQueue(first);
  }, [all]);
}
