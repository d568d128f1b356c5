/**
 * Where the desk's map opens: at whoever calls, else over the area that serves them, else over the agent's own region.
 */

/** @typedef {import("./ask.js").Ask} Ask */
/** @typedef {{latitude: number, longitude: number}} Position */
/** @typedef {{at: Position|null, region: string}} Opening */

/** @param {Ask|null} about  what was asked
 * @param {import("./shapes_desk.js").Outage|null} outage
 * @param {import("./shapes_desk.js").Customer|null} customer
 * @param {string} region  the agent's own; empty: everywhere
 * @returns {Opening} */
export function openingOf(about, outage, customer, region) {
  const at = positionOf(about) ?? positionOf(customer);
  return { at, region: outage?.region ?? customer?.sites[0]?.region ?? region };
}

/** @param {{latitude?: number|null, longitude?: number|null}|null} one
 * @returns {Position|null} */
function positionOf(one) {
  const { latitude, longitude } = one ?? {};
  return typeof latitude === "number" && typeof longitude === "number" ? { latitude, longitude } : null;
}
