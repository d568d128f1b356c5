/**
 * What components of every face listen to: the second, the language, the address after #; each ends with its component.
 */

import { useEffect, useState } from "/vendor/preact.js";
import { lang, onLang } from "/shared/lib/i18n.js";
import { now, onTick } from "/shared/lib/time.js";

/** Draws the component anew each second, in step with all others.
 * @returns {number} the time in epoch milliseconds by the server's clock */
export function useTick() {
  const [time, setTime] = useState(now());
  useEffect(() => onTick(setTime), []);
  return time;
}

/** Draws the component anew when the language changes.
 * @returns {import("/shared/lib/i18n.js").Lang} */
export function useLang() {
  const [language, setLanguage] = useState(lang());
  useEffect(() => onLang(setLanguage), []);
  return language;
}

/** The parts of the address after #: ["", "map"] for #/map, ["W1", "done"] for #W1/done.
 * @param {() => void} [moved] told when it is another
 * @returns {string[]} */
export function useHash(moved) {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => {
      setHash(location.hash);
      moved?.();
    };
    addEventListener("hashchange", follow);
    setHash(location.hash); // it may have changed since the first drawing, when nobody listened yet
    return () => removeEventListener("hashchange", follow);
  }, []);
  return hash.slice(1).split("/").map(decoded);
}

/** @param {string} part that somebody may have typed */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
