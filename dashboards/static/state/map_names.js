/**
 * Names on a map that has none: each region's, where most of its sites are, by the inventory itself.
 */

/** @typedef {{words: string, depth: number, size: number, at: {x: number, y: number}}} PlaceName  depth 1 is the province */

/** From which zoom on the names of a depth are shown, until the next depth's are. */
const FROM = [0, 4, 6.5, 9.25, 99];

/** @param {string[]} regions paths
 * @param {number[]} regionOf of each site
 * @param {{x: Float64Array, y: Float64Array}} points of the sites
 * @returns {PlaceName[]} those with the most sites first */
export function placeNames(regions, regionOf, { x, y }) {
  /** @type {Map<string, {x: number, y: number, size: number}>} */
  const sums = new Map();
  const paths = regions.map((path) => path.split("/").map((_, n, parts) => parts.slice(0, n + 1).join("/")));
  regionOf.forEach((region, place) => {
    for (const path of paths[region]) {
      const sum = sums.get(path) ?? { x: 0, y: 0, size: 0 };
      sums.set(path, { x: sum.x + x[place], y: sum.y + y[place], size: sum.size + 1 });
    }
  });
  return [...sums]
    .map(([path, sum]) => {
      const parts = path.split("/");
      return { words: parts[parts.length - 1], depth: parts.length, size: sum.size, at: { x: sum.x / sum.size, y: sum.y / sum.size } };
    })
    .sort((a, b) => b.size - a.size);
}

/** @param {PlaceName[]} names
 * @param {number} zoom
 * @returns {PlaceName[]} */
export function namesAt(names, zoom) {
  return names.filter(({ depth }) => depth < FROM.length - 1 && zoom >= FROM[depth] && zoom < FROM[depth + 1]);
}
