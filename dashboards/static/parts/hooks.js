/**
 * What the response centre's components listen to: what all faces do, and the theme; each ends with its component.
 */

import { useEffect, useState } from "/vendor/preact.js";

export { useLang, useTick } from "/shared/lib/hooks.js";

const THEME_KEY = "guywire.theme";

/** The theme that was chosen last; dark when none was. Paper is light. */
export function applyTheme() {
  let kept = null;
  try {
    kept = localStorage.getItem(THEME_KEY);
  } catch {
    // a browser that keeps nothing starts dark
  }
  document.documentElement.dataset.theme = kept === "light" ? "light" : "dark";
  let onScreen = themeNow();
  addEventListener("beforeprint", () => {
    onScreen = themeNow();
    setTheme("light");
  });
  addEventListener("afterprint", () => setTheme(onScreen));
}

/** @returns {[string, () => void]} the theme, and what switches it */
export function useTheme() {
  const [theme, note] = useState(themeNow());
  useEffect(() => {
    const hear = () => note(themeNow());
    addEventListener("guywire-theme", hear);
    return () => removeEventListener("guywire-theme", hear);
  }, []);
  const toggle = () => {
    const next = theme === "light" ? "dark" : "light";
    try {
      localStorage.setItem(THEME_KEY, next);
    } catch {
      // the choice lasts as long as the page
    }
    setTheme(next);
  };
  return [theme, toggle];
}

function themeNow() {
  return document.documentElement.dataset.theme ?? "dark";
}

/** What is painted, and not styled, hears that its colours are others.
 * @param {string} theme */
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event("guywire-theme"));
}
