/** Web Push on this phone: asked for by a tap only, told to the server, taken back the same way. */

import { get, post } from "/shared/lib/api.js";

/** @typedef {"unsupported" | "denied" | "off" | "on"} PushState */

/** @returns {Promise<PushState>} */
export async function pushState() {
  const registration = await worker();
  if (!registration || !("PushManager" in window) || !("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return (await registration.pushManager.getSubscription()) ? "on" : "off";
}

/** Only after a tap: the browser asks the technician. @param {string} account @returns {Promise<PushState>} */
export async function startPush(account) {
  const registration = await worker();
  if (!registration) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const { key } = await get("/api/v1/push-key");
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await tellServer(account, subscription);
  return "on";
}

/** @param {string} account @returns {Promise<PushState>} */
export async function stopPush(account) {
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (subscription) {
    await post("/api/v1/me/push/end", { endpoint: subscription.endpoint }, { as: account });
    await subscription.unsubscribe();
  }
  return "off";
}

/** The subscription of this phone belongs to whoever is signed in now. @param {string} account */
export async function keepPush(account) {
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (subscription) await tellServer(account, subscription);
}

/** @param {string} account @param {PushSubscription} subscription */
function tellServer(account, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return post("/api/v1/me/push", { endpoint, p256dh: keys?.p256dh, auth: keys?.auth }, { as: account });
}

/** @returns {Promise<ServiceWorkerRegistration | null>} */
async function worker() {
  return (await navigator.serviceWorker?.getRegistration("/")) ?? null;
}
