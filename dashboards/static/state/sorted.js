/**
 * A list kept in order while rows come, change and go: what stands between the store and a long live table.
 */

/** Rows are kept in blocks, so that a change moves one block's rows and not all of them. */
const MOST_IN_BLOCK = 512;

/**
 * @template T
 */
export class SortedList {
  /** @param {(a: T, b: T) => number} compare a total order: 0 only for the same row */
  constructor(compare) {
    this.compare = compare;
    /** @type {T[][]} none of them empty */
    this.blocks = [];
    this.length = 0;
    /** @type {T[]|null} */
    this.all = null;
  }

  /** All rows as one array, made when it is first asked for after a change.
   * @returns {T[]} */
  get items() {
    this.all ??= this.blocks.flat();
    return this.all;
  }

  *[Symbol.iterator]() {
    for (const block of this.blocks) yield* block;
  }

  /** @param {Iterable<T>} items */
  fill(items) {
    const sorted = [...items].sort(this.compare);
    this.blocks = [];
    for (let n = 0; n < sorted.length; n += MOST_IN_BLOCK / 2) this.blocks.push(sorted.slice(n, n + MOST_IN_BLOCK / 2));
    this.length = sorted.length;
    this.all = null;
  }

  /** @param {T} item */
  insert(item) {
    const number = Math.min(this.blockOf(item), this.blocks.length - 1);
    const block = this.blocks[number] ?? this.grown();
    block.splice(placeIn(block, item, this.compare), 0, item);
    if (block.length > MOST_IN_BLOCK) this.blocks.splice(number + 1, 0, block.splice(MOST_IN_BLOCK / 2));
    this.length += 1;
    this.all = null;
  }

  /** @param {T} item the very row that was inserted, as it was then
   * @returns {boolean} whether it was there */
  remove(item) {
    const number = this.blockOf(item);
    const block = this.blocks[number];
    if (!block) return false;
    const place = placeIn(block, item, this.compare);
    const there = block[place];
    if (there === undefined || this.compare(there, item) !== 0) return false;
    block.splice(place, 1);
    if (!block.length) this.blocks.splice(number, 1);
    this.length -= 1;
    this.all = null;
    return true;
  }

  /** @param {number} index
   * @returns {T|undefined} */
  at(index) {
    let left = index;
    for (const block of this.blocks) {
      if (left < block.length) return block[left];
      left -= block.length;
    }
    return undefined;
  }

  /** @param {T} item
   * @returns {number} where it stands, -1 when it does not */
  indexOf(item) {
    const number = this.blockOf(item);
    const block = this.blocks[number];
    if (!block) return -1;
    const place = placeIn(block, item, this.compare);
    const there = block[place];
    if (there === undefined || this.compare(there, item) !== 0) return -1;
    return this.blocks.slice(0, number).reduce((sum, one) => sum + one.length, place);
  }

  /** @param {T} item
   * @returns {number} the first block that ends with the item or behind it */
  blockOf(item) {
    return lowest(this.blocks.length, (n) => {
      const block = /** @type {T[]} */ (this.blocks[n]);
      return this.compare(/** @type {T} */ (block[block.length - 1]), item) >= 0;
    });
  }

  /** @returns {T[]} a first block for a list that has none */
  grown() {
    /** @type {T[]} */
    const block = [];
    this.blocks.push(block);
    return block;
  }
}

/** @template T
 * @param {T[]} block
 * @param {T} item
 * @param {(a: T, b: T) => number} compare
 * @returns {number} the first place whose row does not come before the item */
function placeIn(block, item, compare) {
  return lowest(block.length, (n) => compare(/** @type {T} */ (block[n]), item) >= 0);
}

/** @param {number} count
 * @param {(n: number) => boolean} holds  false up to some n, true from there on
 * @returns {number} that n, or count */
function lowest(count, holds) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
