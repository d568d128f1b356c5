/**
 * Keeps the day fresh: one request that the server answers when there is news, again and again while the page is seen.
 *
 *   const news = followDay({ told, failed });
 *   news.again(); news.close();
 */

import { ApiError, get } from "/shared/lib/api.js";

/** @typedef {import("../types.js").Day} Day */
/**
 * @typedef {object} Listener
 * @property {(day: Day, askedAt: number) => Promise<void>} told
 * @property {(error: ApiError) => void} failed
 */

const WAIT_SECONDS = 10;
const RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

/** After this long without an answer, what is shown is old. */
export const STALE_MS = (WAIT_SECONDS + 6) * 1000;

/** @param {Listener} listener @returns {{again: () => void, close: () => void}} */
export function followDay(listener) {
  const end = new AbortController();
  const wakeUp = new Bell();
  const { signal } = end;
  addEventListener("online", () => wakeUp.ring(), { signal });
  document.addEventListener("visibilitychange", () => wakeUp.ring(), { signal });
  let asking = new AbortController();
  void follow(listener, signal, wakeUp, (controller) => (asking = controller));
  return {
    /** Asks anew, without waiting for news. */
    again: () => {
      asking.abort();
      wakeUp.ring();
    },
    close: () => {
      end.abort();
      asking.abort();
      wakeUp.ring();
    },
  };
}

/** @param {Listener} listener @param {AbortSignal} end @param {Bell} wakeUp @param {(asking: AbortController) => void} asks */
async function follow(listener, end, wakeUp, asks) {
  let seen = "";
  let failures = 0;
  while (!end.aborted) {
    if (document.visibilityState === "hidden") await wakeUp.rung();
    if (end.aborted) return;
    const asking = new AbortController();
    asks(asking);
    const askedAt = Date.now();
    try {
      const day = await get("/api/v1/me/day", seen ? { seen, wait: WAIT_SECONDS } : {}, asking.signal);
      if (end.aborted) return;
      await listener.told(day, askedAt);
      seen = day.seen;
      failures = 0;
    } catch (error) {
      seen = "";
      if (asking.signal.aborted) continue;
      if (error instanceof ApiError) listener.failed(error);
      else reportError(error);
      await wakeUp.rung(Math.min(RETRY_MS * 2 ** failures++, LAST_RETRY_MS));
    }
  }
}

/** Somebody may wait for it, at most so long. */
class Bell {
  constructor() {
    this.ring = () => {};
  }

  /** @param {number} [ms] @returns {Promise<void>} */
  rung(ms) {
    return new Promise((resolve) => {
      const timer = ms === undefined ? 0 : setTimeout(resolve, ms);
      this.ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
