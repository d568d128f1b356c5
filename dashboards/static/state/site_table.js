/**
 * A hundred thousand sites without as many objects: the columns of GET /map/sites, read as a map from id to site.
 *
 * A site becomes an object when somebody asks for it, and stays one. What a site's own page alone needs (the words of
 * its access) is not among them.
 */

/** @typedef {import("../shapes.js").Site} Site */

/**
 * @typedef {object} SiteColumns
 * @property {string[]} ids
 * @property {string[]} names
 * @property {number[]} latitudes
 * @property {number[]} longitudes
 * @property {string[]} classes
 * @property {number[]} battery_hours
 * @property {number[]} gateways
 * @property {string[]} regions
 * @property {number[]} region_of
 * @property {string[]} domains
 * @property {number[]} domain_of
 * @property {string[]} time_zones
 * @property {number[]} time_zone_of
 * @property {string[]} power_feeds
 * @property {number[]} power_feed_of
 * @property {string[][]} tenant_lists
 * @property {number[]} tenants_of
 * @property {number[]} upstreams
 * @property {number[]} downstreams
 */

/** @type {SiteColumns} */
const NONE = {
  ids: [],
  names: [],
  latitudes: [],
  longitudes: [],
  classes: [],
  battery_hours: [],
  gateways: [],
  regions: [],
  region_of: [],
  domains: [],
  domain_of: [],
  time_zones: [],
  time_zone_of: [],
  power_feeds: [],
  power_feed_of: [],
  tenant_lists: [],
  tenants_of: [],
  upstreams: [],
  downstreams: [],
};

/** @implements {ReadonlyMap<string, Site>} */
export class SiteTable {
  /** @param {SiteColumns} columns */
  constructor(columns = NONE) {
    this.columns = columns;
    /** @type {Map<string, number>} where each site stands in the columns */
    this.places = new Map(columns.ids.map((id, place) => [id, place]));
    /** @type {Map<number, Site>} */
    this.made = new Map();
  }

  get size() {
    return this.columns.ids.length;
  }

  /** @param {string} id */
  has(id) {
    return this.places.has(id);
  }

  /** @param {string} id
   * @returns {Site|undefined} */
  get(id) {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.at(place);
  }

  /** @param {number} place
   * @returns {Site} */
  at(place) {
    let site = this.made.get(place);
    if (!site) this.made.set(place, (site = siteAt(this.columns, place)));
    return site;
  }

  keys() {
    return this.places.keys();
  }

  /** @returns {MapIterator<Site>} */
  *values() {
    for (let place = 0; place < this.size; place++) yield this.at(place);
  }

  /** @returns {MapIterator<[string, Site]>} */
  *entries() {
    for (let place = 0; place < this.size; place++) yield [this.columns.ids[place], this.at(place)];
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  /** @param {(site: Site, id: string, table: ReadonlyMap<string, Site>) => void} visit */
  forEach(visit) {
    for (const [id, site] of this) visit(site, id, this);
  }

  /** Sites of which id or name holds the text, those that begin with it first.
   * @param {string} text
   * @param {number} most
   * @returns {Site[]} */
  find(text, most) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const { ids, names } = this.columns;
    /** @type {[number[], number[]]} */
    const found = [[], []];
    for (let place = 0; place < ids.length && found[0].length < most; place++) {
      const id = ids[place].toLowerCase();
      const name = names[place].toLowerCase();
      if (id.startsWith(wanted) || name.startsWith(wanted)) found[0].push(place);
      else if (found[1].length < most && (id.includes(wanted) || name.includes(wanted))) found[1].push(place);
    }
    return found.flat().slice(0, most).map((place) => this.at(place));
  }
}

/** @param {SiteColumns} columns
 * @param {number} place
 * @returns {Site} */
function siteAt(columns, place) {
  return {
    id: columns.ids[place],
    name: columns.names[place],
    latitude: columns.latitudes[place],
    longitude: columns.longitudes[place],
    region: columns.regions[columns.region_of[place]],
    domain: columns.domains[columns.domain_of[place]],
    site_class: columns.classes[place],
    tenants: columns.tenant_lists[columns.tenants_of[place]],
    battery_hours: columns.battery_hours[place],
    power_feed: columns.power_feeds[columns.power_feed_of[place]],
    time_zone: columns.time_zones[columns.time_zone_of[place]],
    gateway: columns.gateways[place] === 1,
    access: "",
  };
}
