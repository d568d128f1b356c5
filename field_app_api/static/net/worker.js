/**
 * The page's side of the service worker: registers it, tells it the language, and when a newer page is ready.
 *
 *   const stop = startWorker({ newVersion, pushed });
 *   useNewVersion();      // the page is loaded anew with it
 */

import { lang, onLang } from "/shared/lib/i18n.js";

const LOOK_AGAIN_MS = 3_600_000;
const PREFERENCES = "guywire-preferences";

/** @type {ServiceWorker | null} */
let waiting = null;

/** @typedef {{newVersion: () => void, pushed: (message: any) => void}} Told */

/** @param {Told} told
 * @returns {() => void} nobody is told any more */
export function startWorker(told) {
  const end = new AbortController();
  const { signal } = end;
  navigator.serviceWorker?.addEventListener("message", ({ data }) => told.pushed(data), { signal });
  void registered().then((registration) => registration && !signal.aborted && watch(registration, told, signal));
  return () => end.abort();
}

/** Null on plain http, or in a browser that allows none: it works, but not without a connection.
 * @returns {Promise<ServiceWorkerRegistration | null>} */
async function registered() {
  return (await navigator.serviceWorker?.register("/sw.js", { scope: "/" }).catch(() => null)) ?? null;
}

/** @param {ServiceWorkerRegistration} registration
 * @param {Told} told
 * @param {AbortSignal} signal */
function watch(registration, told, signal) {
  signal.addEventListener("abort", onLang(keepLanguage));
  keepLanguage();
  const look = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    waiting = registration.waiting;
    told.newVersion();
  };
  const follow = () => registration.installing?.addEventListener("statechange", look, { signal });
  registration.addEventListener("updatefound", follow, { signal });
  look();
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("keep the rest"));
  const update = () => void registration.update().catch(() => undefined);
  const timer = setInterval(update, LOOK_AGAIN_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && update(), { signal });
}

export function useNewVersion() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage("take over");
}

/** Where the worker finds it, which knows no localStorage. */
function keepLanguage() {
  void caches.open(PREFERENCES).then((kept) => kept.put("/language", new Response(lang())));
}
