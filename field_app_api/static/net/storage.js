/** How much room the phone still has for what waits to be sent, and that the browser shall not throw it away. */

const LOW_BYTES = 50_000_000;

/** @returns {Promise<{used: number, left: number, low: boolean} | null>} bytes; null where the browser does not say */
export async function room() {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  if (usage === undefined || quota === undefined) return null;
  const left = Math.max(0, quota - usage);
  return { used: usage, left, low: left < LOW_BYTES };
}

/** Best effort: browsers grant it to installed pages, and some never. */
export async function askToKeep() {
  await navigator.storage?.persist?.().catch(() => false);
}

/** Whether something was not kept because there is no room. @param {unknown} error */
export function isFull(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
