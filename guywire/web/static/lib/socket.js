/**
 * The WebSocket under the live feed: it comes back by itself, and knows when it is dead.
 */

import { setServerTime } from "/shared/lib/time.js";

const SILENT_MS = 20_000;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000];
const SIGNED_OUT = 4401;
const USED_MS = 60_000;
const USES = ["keydown", "pointerdown", "pointermove", "wheel"];

/**
 * Reconnects with back-off and jitter, at once when the browser comes online or the page is shown.
 * A socket that has said nothing for 20 s is taken for dead. It tells, once a minute at the most, that the page is used.
 * @param {{subscription: () => object | null, onMessage: (message: any) => void, onLink: (link: "connecting" | "open" | "signed_out") => void}} options
 */
export function connect(options) {
  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let timer = 0;
  let closed = false;
  let heardAt = Date.now();
  let usedAt = -Infinity;

  function open() {
    clearTimeout(timer);
    timer = 0;
    if (closed) return;
    options.onLink("connecting");
    const mine = (socket = new WebSocket(new URL("/api/v1/live", location.href.replace(/^http/, "ws"))));
    heardAt = Date.now();
    mine.onopen = () => {
      options.onLink("open");
      subscribe();
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

  /** Says what is wanted, if that is known; a socket that is not open says it as it opens. */
  function subscribe() {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const wanted = options.subscription();
    if (wanted) socket.send(JSON.stringify(wanted));
  }

  function later() {
    if (closed || timer) return;
    options.onLink("connecting");
    const wait = BACK_OFF_MS[Math.min(attempt++, BACK_OFF_MS.length - 1)];
    timer = window.setTimeout(open, wait * (0.75 + Math.random() / 2));
  }

  /** @param {Event} event */
  function noteUse(event) {
    const still = event instanceof PointerEvent && event.type === "pointermove" && !event.movementX && !event.movementY;
    if (still || Date.now() - usedAt < USED_MS || socket?.readyState !== WebSocket.OPEN) return;
    usedAt = Date.now();
    socket.send(JSON.stringify({ type: "used" }));
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
  for (const use of USES) addEventListener(use, noteUse, { capture: true, passive: true });
  document.addEventListener("visibilitychange", atOnce);
  open();

  return {
    subscribe,
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
      for (const use of USES) removeEventListener(use, noteUse, { capture: true });
      document.removeEventListener("visibilitychange", atOnce);
      drop();
    },
  };
}
