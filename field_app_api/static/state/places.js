/**
 * Places and the way there: how far it is, and links that open a navigation app.
 */

import { toGcj02 } from "/shared/lib/datum.js";
import { metresBetween } from "/shared/lib/distance.js";

/** Where the site is as its visitors know it, else as the inventory says. @param {import("../types.js").Order} order */
export function sitePlace(order) {
  return order.places?.site ?? { latitude: order.latitude, longitude: order.longitude };
}

/** Where to drive: the parking point somebody found, else the site. @param {import("../types.js").Order} order */
export function drivePlace(order) {
  return order.places?.parking ?? sitePlace(order);
}

/**
 * Whether a fix says that somebody is elsewhere: farther than the fence, its own doubt taken off.
 * @param {import("../types.js").Fix} fix
 * @param {import("../types.js").Place} site
 * @param {number} fence metres
 */
export function isAway(fix, site, fence) {
  return metresBetween(fix, site) - fix.accuracy > fence;
}

/**
 * Links that start the way to a place: Amap wants GCJ-02, the phone's own map (RFC 5870) WGS-84.
 * @param {import("../types.js").Place} place
 * @param {string} label
 */
export function navigationLinks(place, label) {
  const name = encodeURIComponent(label);
  const [latitude, longitude] = toGcj02(place.latitude, place.longitude).map((degrees) => degrees.toFixed(6));
  return {
    amap: `https://uri.amap.com/navigation?to=${longitude},${latitude},${name}&mode=car&coordinate=gaode&callnative=1`,
    system: `geo:${place.latitude},${place.longitude}?q=${place.latitude},${place.longitude}(${name})`,
  };
}
