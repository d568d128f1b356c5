/**
 * WGS-84 to GCJ-02, which maps in China speak, and back: what is measured in the one is painted or pointed at in the other.
 *
 * The shift follows the published polynomial of GCJ-02; it is good to a few metres, and 0 outside China.
 */

const AXIS = 6378245.0;
const ECCENTRICITY = 0.00669342162296594323;

/**
 * @param {number} latitude WGS-84
 * @param {number} longitude
 * @returns {[number, number]} latitude and longitude in GCJ-02
 */
export function toGcj02(latitude, longitude) {
  if (longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271) return [latitude, longitude];
  const x = longitude - 105;
  const y = latitude - 35;
  const radians = (latitude / 180) * Math.PI;
  const magic = 1 - ECCENTRICITY * Math.sin(radians) ** 2;
  const north = (shiftNorth(x, y) * 180) / (((AXIS * (1 - ECCENTRICITY)) / (magic * Math.sqrt(magic))) * Math.PI);
  const east = (shiftEast(x, y) * 180) / ((AXIS / Math.sqrt(magic)) * Math.cos(radians) * Math.PI);
  return [latitude + north, longitude + east];
}

/**
 * The place whose GCJ-02 this is, to a millimetre: the shift there is nearly the shift here.
 * @param {number} latitude GCJ-02
 * @param {number} longitude
 * @returns {[number, number]} latitude and longitude in WGS-84
 */
export function toWgs84(latitude, longitude) {
  let [north, east] = [latitude, longitude];
  for (let step = 0; step < 4; step++) {
    const [there, far] = toGcj02(north, east);
    [north, east] = [north + latitude - there, east + longitude - far];
  }
  return [north, east];
}

/** @param {number} x @param {number} y metres to the north */
function shiftNorth(x, y) {
  return (
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + common(x) +
    (waves(y, 1, 20) + waves(y, 1 / 3, 40)) * (2 / 3) + ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3
  );
}

/** @param {number} x @param {number} y metres to the east */
function shiftEast(x, y) {
  return (
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + common(x) +
    (waves(x, 1, 20) + waves(x, 1 / 3, 40)) * (2 / 3) + ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3
  );
}

/** @param {number} x */
function common(x) {
  return ((20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2) / 3;
}

/** @param {number} value @param {number} frequency @param {number} metres */
function waves(value, frequency, metres) {
  return metres * Math.sin(value * frequency * Math.PI);
}
