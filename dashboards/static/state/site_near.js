/**
 * Who and what is near a site: technicians by distance, and the sites before and behind it.
 */

/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../shapes.js").Link} Link */

const EARTH_KM = 6371;

/** Great-circle distance (haversine) in kilometres.
 * @param {{latitude: number, longitude: number}} a
 * @param {{latitude: number, longitude: number}} b */
export function kilometres(a, b) {
  const radians = Math.PI / 180;
  const north = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const east = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const chord = north ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * east ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(chord));
}

/** @param {{latitude: number, longitude: number}} site
 * @param {Iterable<Technician>} people
 * @param {number} most
 * @returns {{technician: Technician, km: number}[]} nearest first; only whose phone has said where they are */
export function nearest(site, people, most) {
  return [...people]
    .filter((one) => one.role === "technician" && one.position_at)
    .map((technician) => ({ technician, km: kilometres(site, technician) }))
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
