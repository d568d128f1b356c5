/**
 * A list kept in order while rows come, change and go: what stands between the store and a long live table.
 */

/**
 * @template T
 */
export class SortedList {
  /** @param {(a: T, b: T) => number} compare a total order: 0 only for the same row */
  constructor(compare) {
    this.compare = compare;
    /** @type {T[]} */
    this.items = [];
  }

  /** @param {T[]} items */
  fill(items) {
    this.items = [...items].sort(this.compare);
  }

  /** @param {T} item */
  insert(item) {
    this.items.splice(this.placeOf(item), 0, item);
  }

  /** @param {T} item the very row that was inserted, as it was then */
  remove(item) {
    const place = this.placeOf(item);
    const there = this.items[place];
    if (there !== undefined && this.compare(there, item) === 0) this.items.splice(place, 1);
  }

  /** @param {T} item
   * @returns {number} the first place whose row does not come before the item */
  placeOf(item) {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(/** @type {T} */ (this.items[middle]), item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
