/**
 * People who move: from fix to fix at the speed that they truly had, so a little behind the truth and never ahead of it.
 */

/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {{latitude: number, longitude: number}} Place */
/** @typedef {{from: Place, to: Place, begun: number, takes: number}} Move  times in milliseconds */

/** Between fixes further apart than this nobody knows the way: there one jumps. */
const KNOWN_MS = 180_000;
const STALE_MS = 15 * 60_000;

export class Tracks {
  constructor() {
    /** @type {Map<string, {at: string|null, place: Place, move: Move|null}>} */
    this.held = new Map();
  }

  /** Takes in where people are said to be now.
   * @param {Iterable<Technician>} people
   * @param {number} now */
  hear(people, now) {
    /** @type {Set<string>} */
    const here = new Set();
    for (const person of people) {
      here.add(person.id);
      const before = this.held.get(person.id);
      if (before && before.at === person.position_at && samePlace(before.place, person)) continue;
      const place = { latitude: person.latitude, longitude: person.longitude };
      const takes = before ? between(before, person.position_at, now) : 0;
      const move = before && takes ? { from: placeAt(before, now), to: place, begun: now, takes } : null;
      this.held.set(person.id, { at: person.position_at, place, move });
    }
    for (const id of this.held.keys()) if (!here.has(id)) this.held.delete(id);
  }

  /** @param {string} id
   * @param {number} now
   * @returns {Place|null} where to show somebody */
  placeOf(id, now) {
    const one = this.held.get(id);
    return one ? placeAt(one, now) : null;
  }

  /** Whether anybody is still on the way from one fix to the next.
   * @param {number} now */
  isMoving(now) {
    for (const { move } of this.held.values()) if (move && now < move.begun + move.takes) return true;
    return false;
  }
}

/** Old enough that somebody may be elsewhere by now; without a fix it is their home that is shown.
 * @param {Pick<Technician, "position_at">} person
 * @param {number} now */
export function isStaleAt({ position_at }, now) {
  return !position_at || now - Date.parse(position_at) > STALE_MS;
}

/** @param {{place: Place, move: Move|null}} one
 * @param {number} now
 * @returns {Place} */
function placeAt({ place, move }, now) {
  if (!move || now >= move.begun + move.takes) return place;
  const share = Math.max(0, (now - move.begun) / move.takes);
  return {
    latitude: move.from.latitude + (move.to.latitude - move.from.latitude) * share,
    longitude: move.from.longitude + (move.to.longitude - move.from.longitude) * share,
  };
}

/** As long as it truly took, after what is left of the move before: the straight way is then never the faster one.
 * @param {{at: string|null, move: Move|null}} before
 * @param {string|null} after
 * @param {number} now
 * @returns {number} milliseconds for the way, 0 to jump */
function between({ at, move }, after, now) {
  const passed = at && after ? Date.parse(after) - Date.parse(at) : 0;
  const left = move ? Math.max(0, move.begun + move.takes - now) : 0;
  return passed > 0 && passed + left <= KNOWN_MS ? passed + left : 0;
}

/** @param {Place} a
 * @param {Place} b */
function samePlace(a, b) {
  return a.latitude === b.latitude && a.longitude === b.longitude;
}
