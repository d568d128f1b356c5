/**
 * Contacts as a list asks for them: since when, and about whom one asks again.
 */

/** @typedef {import("./shapes_desk.js").Contact} Contact */
/** @typedef {"today"|"week"|"all"} Span */

export const SPANS = /** @type {Span[]} */ (["today", "week", "all"]);
const DAYS = { today: 0, week: 6 };

/** The beginning of the day, or of the sixth before it, by the desk's own clock.
 * @param {Span} span
 * @param {number} now  epoch milliseconds
 * @returns {string|null} ISO 8601; null where all are wanted */
export function startOf(span, now) {
  if (span === "all") return null;
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - DAYS[span]);
  return day.toISOString();
}

/** What outage-context is asked to stand before the same customer again.
 * @param {Contact} contact
 * @returns {import("./ask.js").Ask|null} null where only an address of e-mail is known */
export function askOf({ customer, phone, site }) {
  if (customer) return { customer_id: customer };
  if (phone && !phone.includes("@")) return { phone };
  return site ? { site } : null;
}
