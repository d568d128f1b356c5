/** What both pages of customers have around them: the heading, the other language, a last word. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { lang, onLang, setLang, t } from "/shared/lib/i18n.js";
import "./words.js";

/** Draws anew when the language changes. */
export function useLang() {
  const [now, setNow] = useState(lang());
  useEffect(() => onLang(setNow), []);
  return now;
}

/** @param {{title: string, children?: any}} props */
export function Frame({ title, children }) {
  const now = useLang();
  useEffect(() => void (document.title = `${title} · Guywire`), [title]);
  const other = now === "zh" ? "en" : "zh";
  return html`<main class="page">
    <header class="page-top">
      <h1>${title}</h1>
      <button class="button" type="button" lang=${other === "zh" ? "zh-CN" : "en"} onClick=${() => setLang(other)}>
        ${t("language")}
      </button>
    </header>
    ${children}
    <p class="page-foot muted dense">${t("foot")}</p>
  </main>`;
}
