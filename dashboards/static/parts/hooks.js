/**
 * What components listen to: the second, the language, the theme; each ends with its component.
 */

import { useEffect, useState } from "/vendor/preact.js";
import { lang, onLang } from "/shared/lib/i18n.js";
import { now, onTick } from "/shared/lib/time.js";

const THEME_KEY = "guywire.theme";

/** Draws the component anew each second, in step with all others.
 * @returns {number} the time in epoch milliseconds by the server's clock */
export function useTick() {
  const [time, setTime] = useState(now());
  useEffect(() => onTick(setTime), []);
  return time;
}

/** Draws the component anew when the language changes.
 * @returns {string} */
export function useLang() {
  const [language, setLanguage] = useState(lang());
  useEffect(() => onLang(setLanguage), []);
  return language;
}

/** The theme that was chosen last; dark when none was. Paper is light. */
export function applyTheme() {
  let kept = null;
  try {
    kept = localStorage.getItem(THEME_KEY);
  } catch {
    // a browser that keeps nothing starts dark
  }
  const root = document.documentElement.dataset;
  root.theme = kept === "light" ? "light" : "dark";
  let onScreen = root.theme;
  addEventListener("beforeprint", () => {
    onScreen = root.theme ?? onScreen;
    root.theme = "light";
  });
  addEventListener("afterprint", () => void (root.theme = onScreen));
}

/** @returns {[string, () => void]} the theme, and what switches it */
export function useTheme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "dark");
  const toggle = () => {
    const next = theme === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(THEME_KEY, next);
    } catch {
      // the choice lasts as long as the page
    }
    setTheme(next);
    dispatchEvent(new Event("guywire-theme"));
  };
  return [theme, toggle];
}
