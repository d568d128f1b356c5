/** What several screens hook into: the second that passes, and where in the page one is. */

import { useEffect, useState } from "/vendor/preact.js";
import { now, onTick } from "/shared/lib/time.js";

/** The server's time in milliseconds, anew each second. */
export function useNow() {
  const [at, setAt] = useState(now());
  useEffect(() => onTick(setAt), []);
  return at;
}

/** @returns {string[]} the parts of the address after #: ["", "map"] for #/map, ["W1", "done"] for #W1/done */
export function useRoute() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", follow);
    setHash(location.hash); // it may have changed since the first drawing, when nobody listened yet
    return () => removeEventListener("hashchange", follow);
  }, []);
  return hash.slice(1).split("/").map(decodeURIComponent);
}

/** @param {string} hash */
export function go(hash) {
  location.hash = hash;
}
