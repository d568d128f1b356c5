/** What I was told in the last day, newest first; looking at it says that it was seen. */

import { html, useEffect } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { relative } from "/shared/lib/time.js";
import { Thumb } from "../parts/thumb.js";

/** @param {{work: import("../work.js").Work}} props */
export function NoticesPage({ work }) {
  const notices = work.day?.notices ?? [];
  const unseen = notices.filter((notice) => !notice.seen_at).map((notice) => notice.id);
  useEffect(() => {
    if (unseen.length > 0) void work.sawNotices(unseen);
  }, [unseen.join()]);
  return html`<main class="page">
    <h1 class="visually-hidden">${t("notices.title")}</h1>
    ${notices.length === 0 && html`<p class="notice">${t("notices.none")}</p>`}
    <ul class="rows">
      ${notices.map(
        (notice) => html`<li class="row row-top" key=${notice.id}>
          <time class="row-time muted">${relative(notice.at, work.day?.person.time_zone)}</time>
          <span class=${notice.urgent && !notice.seen_at ? "row-main urgent" : "row-main"}>
            ${notice.work_order ? html`<a href=${`#${notice.work_order}`}>${notice.words[lang()]}</a>` : notice.words[lang()]}
          </span>
        </li>`,
      )}
    </ul>
    <${Thumb}><a class="button button-thumb" href="#">${t("do.back")}</a><//>
  </main>`;
}
