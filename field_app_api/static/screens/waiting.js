/** What is not with the response centre yet: what waits, what was set aside and what to do about it, photos and room. */

import { html, useEffect, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { itemName, Refused } from "../job/refused.js";
import { room } from "../net/storage.js";
import { Thumb } from "../parts/thumb.js";
import { waitingSentence } from "../parts/top.js";

/** @param {{work: import("../work.js").Work}} props */
export function WaitingPage({ work }) {
  const [left, setLeft] = useState(/** @type {Awaited<ReturnType<typeof room>>} */ (null));
  useEffect(() => void room().then(setLeft), [work.photos.length]);
  const waiting = work.items.filter((item) => item.state === "waiting");
  const zone = work.day?.person.time_zone;
  return html`<main class="page">
    <h1 class="visually-hidden">${t("waiting.title")}</h1>
    <p class="notice" role="status">${waitingSentence(work) || t("waiting.none")}</p>
    ${left?.low && html`<p class="problem">${t("waiting.low", { mb: Math.round(left.left / 1e6) })}</p>`}
    <${Refused} work=${work} items=${work.aside} />
    <ul class="rows">
      ${waiting.map(
        (item) => html`<li class="row" key=${item.seq}>
          <time class="row-time muted">${clock(item.at, zone)}</time>
          <span class="row-main">${itemName(item)} <span class="muted">${item.order}</span></span>
        </li>`,
      )}
    </ul>
    <${Thumb}>
      <a class="button" href="#">${t("do.back")}</a>
      <button class="button button-primary button-thumb" onClick=${() => work.sender.soon()}>${t("waiting.now")}</button>
    <//>
  </main>`;
}
