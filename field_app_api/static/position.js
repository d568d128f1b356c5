/**
 * Where the phone is, reported while somebody works: at most one fix each 15 s, sooner after 100 m, none when hidden away.
 *
 *   const stop = sharePosition(onState);   // onState({state: "off" | "denied" | "shared", at?: number, fix?: Fix})
 */

import { post } from "/shared/lib/api.js";

/** @typedef {{latitude: number, longitude: number, accuracy: number}} Fix */
/** @typedef {{state: "off" | "denied" | "shared", at?: number, fix?: Fix}} Sharing */

const EVERY_MS = 15_000;
const FAR_DEGREES = 0.001;

/**
 * @param {(sharing: Sharing) => void} onState
 * @returns {() => void} stops it
 */
export function sharePosition(onState) {
  if (!("geolocation" in navigator)) return () => undefined;
  let last = 0;
  /** @type {Fix | null} */
  let sent = null;
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const fix = { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy };
      if (Date.now() - last < EVERY_MS && sent && !isFar(fix, sent)) return;
      last = Date.now();
      sent = fix;
      report(fix, timestamp).then(
        () => onState({ state: "shared", at: Date.now(), fix }),
        () => onState({ state: "off", fix }),
      );
    },
    (error) => onState({ state: error.code === error.PERMISSION_DENIED ? "denied" : "off" }),
    { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}

/**
 * @param {Fix} fix
 * @param {number} timestamp
 */
function report(fix, timestamp) {
  return post("/api/v1/me/positions", { positions: [{ at: new Date(timestamp).toISOString(), ...fix }] });
}

/**
 * @param {Fix} one
 * @param {Fix} other
 */
function isFar(one, other) {
  return Math.abs(one.latitude - other.latitude) + Math.abs(one.longitude - other.longitude) > FAR_DEGREES;
}
