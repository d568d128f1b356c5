/**
 * What an agent typed into the one box: a place, a phone number, or a site; and what the telephone system opened the desk with.
 */

const PLACE = /^\s*(-?\d{1,2}\.\d+)\s*[,，\s]\s*(-?\d{1,3}\.\d+)\s*$/;
const PHONE = /^[+\d][\d\s()-]*$/;
const PHONE_DIGITS = 5;

/** @typedef {{phone?: string, customer_id?: string, site?: string, latitude?: number, longitude?: number}} Ask  what outage-context takes */
/** @typedef {{id: string, channel: string, text: string, ask: Ask|null}} Pop  a call that opens the desk */

/** @param {string} text
 * @returns {Ask|null} null when there is nothing to go by */
export function parseAsk(text) {
  const given = text.trim();
  const place = given.match(PLACE);
  if (place) return { latitude: Number(place[1]), longitude: Number(place[2]) };
  if (isPhone(given)) return { phone: given };
  return given ? { site: given } : null;
}

/** Whether it can be nothing but a number that somebody calls from.
 * @param {string} text */
function isPhone(text) {
  return PHONE.test(text) && text.replace(/\D/g, "").length >= PHONE_DIGITS;
}

/** Whether it has to be looked for by its beginning before it can be asked about.
 * @param {string} text */
export function isToBeFound(text) {
  return Boolean(text.trim()) && !isPhone(text.trim()) && !PLACE.test(text);
}

/** The box's text for a place picked on the map.
 * @param {number} latitude
 * @param {number} longitude */
export function placeText(latitude, longitude) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** A call as the telephone system says it: `/desk?phone=&customer_id=&site=&call=&channel=`.
 * @param {string} search as in location.search
 * @returns {Pop} */
export function popOf(search) {
  const given = new URLSearchParams(search);
  const say = (/** @type {string} */ name) => given.get(name)?.trim() ?? "";
  const [phone, customer, site] = [say("phone"), say("customer_id"), say("site")];
  const by = customer ? { customer_id: customer, ...(site && { site }) } : phone ? { phone } : site ? { site } : null;
  return { id: say("call"), channel: say("channel") || "phone", text: phone || customer || site, ask: by };
}
