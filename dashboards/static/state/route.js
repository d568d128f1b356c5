/**
 * Where the console is, as its URL says it: every view, filter and opened thing can be linked to.
 */

/**
 * @typedef {object} Route
 * @property {string} view
 * @property {string} id  what is open in the view
 * @property {string} text
 * @property {string[]} severities
 * @property {string} state
 * @property {string} site
 * @property {string} at  a place on the map: latitude,longitude
 * @property {string} sort  the column that orders the alarms; with a minus before it the other way round
 * @property {boolean} grouped  alarms folded into their incidents
 * @property {boolean} silent  alarms that do not speak are shown too
 */

/** The views in the order of their tabs: watching, working, the shift, what is planned and known. */
export const GROUPS = [
  ["alarms", "incidents", "map"],
  ["tickets", "work", "emergency"],
  ["shift", "handover"],
  ["silences", "announcements"],
  ["procedures", "problems", "reports"],
  ["system"],
];

/** Beside the tabs' own: what is only reached from elsewhere. */
export const VIEWS = [...GROUPS.flat(), "site"];

/** @param {string} search as in location.search
 * @returns {Route} */
export function parseRoute(search) {
  const given = new URLSearchParams(search);
  const view = given.get("view") ?? "";
  return {
    view: VIEWS.includes(view) ? view : "alarms",
    id: given.get("id") ?? "",
    text: given.get("q") ?? "",
    severities: (given.get("severity") ?? "").split(",").filter(Boolean),
    state: given.get("state") ?? "",
    site: given.get("site") ?? "",
    at: given.get("at") ?? "",
    sort: given.get("sort") ?? "",
    grouped: given.has("grouped"),
    silent: given.has("silent"),
  };
}

/** @param {Partial<Route>} route what is absent or empty is left out of the URL
 * @returns {string} a search part that `parseRoute` reads back */
export function searchOf(route) {
  const out = new URLSearchParams();
  /** @param {string} name
   * @param {string|undefined} value */
  const say = (name, value) => value && out.set(name, value);
  say("view", route.view);
  say("id", route.id);
  say("q", route.text);
  say("severity", route.severities?.join(","));
  say("state", route.state);
  say("site", route.site);
  say("at", route.at);
  say("sort", route.sort);
  say("grouped", route.grouped ? "1" : "");
  say("silent", route.silent ? "1" : "");
  return `?${out}`;
}
