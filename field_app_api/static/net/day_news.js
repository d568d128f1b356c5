/**
 * Keeps the day fresh: one request that the server answers when there is news, again and again while the page is seen.
 * A day that is as it was comes without a body, and is told all the same: it was found to be so.
 *
 *   const news = followDay({ told, failed }, kept);
 *   news.again(); news.close();
 */

import { ApiError, getUnlessSame } from "/shared/lib/api.js";
import { waitMs } from "./backoff.js";

/** @typedef {import("../types.js").Day} Day */
/** @typedef {{day: Day, etag: string}} Known  a day, and what the server calls it */
/**
 * @typedef {object} Listener
 * @property {(known: Known, askedAt: number, asOf: string | null) => Promise<void>} told  `asOf` by the server's clock
 * @property {(error: ApiError) => void} failed
 */

const WAIT_SECONDS = 10;
const IDLE_WAIT_SECONDS = 25;
const GRACE_SECONDS = 5;
const RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

/** After this long without an answer, what is shown is old. @param {Day | null} day */
export function staleMs(day) {
  return (waitSeconds(day) + GRACE_SECONDS + 1) * 1000;
}

/** News come at once; while nothing is to be done here a dead line may be noticed later. @param {Day | null} day */
function waitSeconds(day) {
  const busy = !day || day.sos || day.watch || day.orders.some((order) => !order.ended_at);
  return busy ? WAIT_SECONDS : IDLE_WAIT_SECONDS;
}

/** @param {Listener} listener @param {Known | null} [kept] @returns {{again: () => void, close: () => void}} */
export function followDay(listener, kept = null) {
  const end = new AbortController();
  const wakeUp = new Bell();
  const { signal } = end;
  addEventListener("online", () => wakeUp.ring(), { signal });
  document.addEventListener("visibilitychange", () => wakeUp.ring(), { signal });
  let asking = new AbortController();
  void follow(listener, signal, wakeUp, (controller) => (asking = controller), kept);
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

/**
 * @param {Listener} listener
 * @param {AbortSignal} end
 * @param {Bell} wakeUp
 * @param {(asking: AbortController) => void} asks
 * @param {Known | null} known
 */
async function follow(listener, end, wakeUp, asks, known) {
  let seen = "";
  let failures = 0;
  while (!end.aborted) {
    if (document.visibilityState === "hidden") await wakeUp.rung();
    if (end.aborted) return;
    const asking = new AbortController();
    asks(asking);
    const askedAt = Date.now();
    try {
      const wait = seen && known ? waitSeconds(known.day) : WAIT_SECONDS;
      const params = seen ? { seen, wait } : {};
      const etag = known?.etag ?? "";
      const found = await getUnlessSame("/api/v1/me/day", params, etag, asking.signal, (wait + GRACE_SECONDS) * 1000);
      if (end.aborted) return;
      /** @type {Known} */
      const now = { day: found.body ?? known?.day, etag: found.etag };
      await listener.told(now, askedAt, found.asOf);
      known = now;
      seen = now.day.seen;
      failures = 0;
    } catch (error) {
      seen = "";
      if (asking.signal.aborted) continue;
      if (error instanceof ApiError) listener.failed(error);
      else reportError(error);
      await wakeUp.rung(waitMs(RETRY_MS, LAST_RETRY_MS, failures++));
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
