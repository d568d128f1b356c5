/**
 * Moments as the browser's own fields have them.
 */

/** As an input of type datetime-local has it, by the reader's own clock.
 * @param {number} ms epoch milliseconds */
export function asLocal(ms) {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}
