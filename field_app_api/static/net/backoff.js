/** How long to wait before trying again: longer each time, and not when all the other phones do. Pure but for the chance. */

/**
 * @param {number} firstMs
 * @param {number} lastMs
 * @param {number} failures before this one
 */
export function waitMs(firstMs, lastMs, failures) {
  return Math.min(firstMs * 2 ** failures, lastMs) * (0.75 + Math.random() / 2);
}
