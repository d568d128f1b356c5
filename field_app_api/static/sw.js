/**
 * The service worker: serves the page's own files from one cache a version, and shows what is pushed.
 *
 * The server puts `self.SHELL = {version, first, later}` before this text (field_app_api/shell.py): what the page needs at once,
 * and what is kept once it was asked for. The API is never answered from here: what it says belongs to one account.
 */

const worker = /** @type {any} */ (self); // its types and the page's exclude each other
/** @type {{version: string, first: string[], later: string[]}} */
const SHELL = worker.SHELL;
const PREFIX = "guywire-shell-";
const CACHE = PREFIX + SHELL.version;
const PREFERENCES = "guywire-preferences";
const KNOWN = new Set([...SHELL.first, ...SHELL.later]);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "take over") worker.skipWaiting();
  if (event.data === "keep the rest") event.waitUntil(Promise.all(SHELL.later.map(ownFile)));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const path = event.request.mode === "navigate" && url.pathname === "/" ? "/" : url.pathname;
  if (KNOWN.has(path)) event.respondWith(ownFile(path));
});

worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(pushed(event.data?.json())));

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.work_order ?? ""));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.first.map((path) => new Request(path, { cache: "no-cache" })));
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {string} path */
async function ownFile(path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (kept) return kept;
  const fresh = await fetch(path);
  if (fresh.ok) await cache.put(path, fresh.clone());
  return fresh;
}

/** A page that is looked at shows it itself. `over` takes down what was said before. @param {any} message */
async function pushed(message) {
  if (!message) return;
  if (message.kind === "over") return takeDown(message.id);
  const seen = (await ownPages()).filter((page) => page.visibilityState === "visible");
  if (seen.length > 0) return seen.forEach((page) => page.postMessage(message));
  const language = await chosenLanguage();
  await worker.registration.showNotification(message.words[language] ?? message.words.en, {
    tag: message.id,
    renotify: Boolean(message.urgent),
    requireInteraction: Boolean(message.urgent),
    lang: language === "zh" ? "zh-CN" : "en",
    icon: "/static/icons/icon-192.png",
    badge: "/static/icons/badge-96.png",
    timestamp: Date.parse(message.at) || Date.now(),
    data: { work_order: message.work_order },
  });
}

/** Those of customers, on the same address, know nothing of jobs. @returns {Promise<any[]>} */
async function ownPages() {
  /** @type {any[]} */
  const pages = await worker.clients.matchAll({ type: "window" });
  return pages.filter((page) => new URL(page.url).pathname === "/");
}

/** @param {string} id */
async function takeDown(id) {
  for (const shown of await worker.registration.getNotifications({ tag: id })) shown.close();
}

async function chosenLanguage() {
  const kept = await (await caches.open(PREFERENCES)).match("/language");
  return kept ? kept.text() : navigator.language.startsWith("zh") ? "zh" : "en";
}

/** Opens the job in the page that is there, or in a new one. @param {string} order */
async function show(order) {
  const [page] = await ownPages();
  if (!page) return worker.clients.openWindow(`/#${order}`);
  page.postMessage({ kind: "open", work_order: order });
  return page.focus();
}
