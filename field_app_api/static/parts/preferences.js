/** How the page looks on this phone: light in the sun unless somebody chose otherwise, and how large the words are. */

const THEME = "guywire.theme";
const SIZE = "guywire.text-size";

export const THEMES = ["light", "dark", "auto"];
/** Per cent of the phone's own size. */
export const SIZES = ["100", "120", "150", "200"];

const dark = matchMedia("(prefers-color-scheme: dark)");

export function theme() {
  return localStorage.getItem(THEME) ?? "light";
}

export function textSize() {
  return localStorage.getItem(SIZE) ?? "100";
}

/** @param {string} chosen */
export function setTheme(chosen) {
  localStorage.setItem(THEME, chosen);
  apply();
}

/** @param {string} chosen */
export function setTextSize(chosen) {
  localStorage.setItem(SIZE, chosen);
  apply();
}

function apply() {
  const root = document.documentElement;
  root.dataset.theme = theme() === "auto" ? (dark.matches ? "dark" : "light") : theme();
  root.dataset.size = textSize();
  const ground = getComputedStyle(root).getPropertyValue("--ground").trim();
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", ground);
  dispatchEvent(new Event("guywire-theme"));
}

dark.addEventListener("change", apply);
apply();
