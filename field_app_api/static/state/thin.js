/** Fewer fixes that still tell the way: every second one of the older half goes, until they fit. */

/**
 * @template T
 * @param {T[]} fixes oldest first
 * @param {number} most
 * @returns {T[]}
 */
export function thinned(fixes, most) {
  let left = fixes;
  while (left.length > most) {
    const half = Math.ceil(left.length / 2);
    left = [...left.slice(0, half).filter((_, place) => place % 2 === 0), ...left.slice(half)];
  }
  return left;
}
