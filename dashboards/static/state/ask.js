/**
 * What an agent typed into the one box: a place, a phone number, or a site.
 */

const PLACE = /^\s*(-?\d{1,2}\.\d+)\s*[,，\s]\s*(-?\d{1,3}\.\d+)\s*$/;
const PHONE = /^[+\d][\d\s()-]*$/;
const PHONE_DIGITS = 5;

/** @typedef {{phone: string}|{site: string}|{latitude: number, longitude: number}} Ask */

/** @param {string} text
 * @returns {Ask|null} null when there is nothing to go by */
export function parseAsk(text) {
  const given = text.trim();
  const place = given.match(PLACE);
  if (place) return { latitude: Number(place[1]), longitude: Number(place[2]) };
  if (PHONE.test(given) && given.replace(/\D/g, "").length >= PHONE_DIGITS) return { phone: given };
  return given ? { site: given } : null;
}

/** The box's text for a place picked on the map.
 * @param {number} latitude
 * @param {number} longitude */
export function placeText(latitude, longitude) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
