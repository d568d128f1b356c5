/** What both pages of customers have around them: the heading, the other language, a last word. */

import { html, useEffect } from "/vendor/preact.js";
import { useLang } from "/shared/lib/hooks.js";
import { setLang, t } from "/shared/lib/i18n.js";
import "./words.js";

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
