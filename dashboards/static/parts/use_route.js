/**
 * The URL as state: going somewhere changes it, the browser's own back and forward are heard.
 */

import { useEffect, useState } from "/vendor/preact.js";
import { parseRoute, searchOf } from "../state/route.js";

/** @typedef {import("../state/route.js").Route} Route */

export function useRoute() {
  const [route, setRoute] = useState(parseRoute(location.search));
  useEffect(() => {
    const back = () => setRoute(parseRoute(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  /** @param {Partial<Route>} next
   * @param {boolean} [quietly] without a step for the browser's back */
  const go = (next, quietly) => {
    const search = searchOf(next);
    if (quietly) history.replaceState(null, "", search);
    else history.pushState(null, "", search);
    setRoute(parseRoute(search));
  };
  return { route, go };
}

/** Follows the page's own links without loading it anew.
 * @param {(route: Route) => void} go
 * @returns {() => void} ends it */
export function followLinks(go) {
  /** @param {MouseEvent} event */
  const follow = (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest?.("a[href^='?']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(parseRoute(/** @type {string} */ (link.getAttribute("href"))));
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
