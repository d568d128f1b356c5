/**
 * A complaint's life as a conversation: what was said by either side and what was sent, in the order of time.
 */

/** @typedef {import("./shapes_desk.js").Contact} Contact */
/** @typedef {import("./shapes_desk.js").Message} Message */
/** @typedef {{id: string, at: string, side: "in"|"out", by: string, channel: string, text: string, outcome: string, delivery: string, next_at: string|null}} Said
 *   `delivery` is a message's state; empty for what people said */

/** @param {Contact[]} contacts
 * @param {Message[]} messages
 * @param {"zh"|"en"} language  in which a message was written for the customer
 * @returns {Said[]} oldest first */
export function conversation(contacts, messages, language) {
  const said = contacts.map(({ id, at, direction, by, channel, text, outcome }) =>
    ({ id, at, side: direction, by, channel, text, outcome, delivery: "", next_at: null }));
  const sent = messages
    .filter((one) => one.state !== "obsolete")
    .map(({ id, at, sent_at, next_at, words, state, kind }) =>
      ({ id, at: sent_at ?? at, side: /** @type {const} */ ("out"), by: "", channel: "message", text: words[language],
        outcome: kind, delivery: state, next_at }));
  return [...said, ...sent].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1));
}

/** How long a call lasts, as a telephone shows it.
 * @param {number} seconds */
export function callTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}
