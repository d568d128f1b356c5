/**
 * The page's side of the service worker: registers it, tells it the language, and when a newer page is ready.
 *
 *   await startWorker({ newVersion, pushed });
 *   useNewVersion();      // the page is loaded anew with it
 */

import { lang, onLang } from "/shared/lib/i18n.js";

const LOOK_AGAIN_MS = 3_600_000;
const PREFERENCES = "guywire-preferences";

/** @type {ServiceWorker | null} */
let waiting = null;

/** @param {{newVersion: () => void, pushed: (message: any) => void}} told */
export async function startWorker(told) {
  const workers = navigator.serviceWorker;
  workers?.addEventListener("message", ({ data }) => told.pushed(data));
  const registration = await workers?.register("/sw.js", { scope: "/" }).catch(() => null);
  if (!registration) return; // plain http, or a browser that allows none: it works, but not without a connection
  onLang(keepLanguage);
  keepLanguage();
  const look = () => {
    if (!registration.waiting || !workers.controller) return;
    waiting = registration.waiting;
    told.newVersion();
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  look();
  void workers.ready.then(({ active }) => active?.postMessage("keep the rest"));
  const update = () => void registration.update().catch(() => undefined);
  setInterval(update, LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && update());
}

export function useNewVersion() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage("take over");
}

/** Where the worker finds it, which knows no localStorage. */
function keepLanguage() {
  void caches.open(PREFERENCES).then((kept) => kept.put("/language", new Response(lang())));
}
