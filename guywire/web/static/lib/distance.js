/**
 * How far it is from one place to another.
 */

const EARTH_METRES = 6_371_000;

/** Great-circle distance (haversine) in metres.
 * @param {{latitude: number, longitude: number}} one
 * @param {{latitude: number, longitude: number}} other */
export function metresBetween(one, other) {
  const radians = Math.PI / 180;
  const north = Math.sin(((other.latitude - one.latitude) * radians) / 2);
  const east = Math.sin(((other.longitude - one.longitude) * radians) / 2);
  const chord = north ** 2 + Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians) * east ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(chord));
}
