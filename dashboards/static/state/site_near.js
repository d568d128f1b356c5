/**
 * Who and what is near a site: technicians by distance, and the sites before and behind it.
 */

import { metresBetween } from "/shared/lib/distance.js";

/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../shapes.js").Link} Link */

/** @param {{latitude: number, longitude: number}} site
 * @param {Iterable<Technician>} people
 * @param {number} most
 * @returns {{technician: Technician, km: number}[]} nearest first; only whose phone has said where they are */
export function nearest(site, people, most) {
  return [...people]
    .filter((one) => one.role === "technician" && one.position_at)
    .map((technician) => ({ technician, km: metresBetween(site, technician) / 1000 }))
    .sort((a, b) => a.km - b.km)
    .slice(0, most);
}

/** @param {string} site
 * @param {Link[]} links
 * @returns {{upstream: {id: string, medium: string}[], downstream: {id: string, medium: string}[]}} the other ends */
export function neighbours(site, links) {
  return {
    upstream: links.filter((link) => link.downstream_site === site).map((link) => ({ id: link.upstream_site, medium: link.medium })),
    downstream: links.filter((link) => link.upstream_site === site).map((link) => ({ id: link.downstream_site, medium: link.medium })),
  };
}
