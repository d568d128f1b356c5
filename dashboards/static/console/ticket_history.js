/**
 * All that happened with a ticket, the latest first: remarks, visits, clocks, who was told, complaints.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { storyActor, storyText, storyWords } from "../words/history.js";

/** @typedef {import("../state/shapes_board.js").HistoryItem} HistoryItem */

const BAD = new Set(["clock.breached", "climb.told", "work_order.failed", "work_order.declined", "work_order.expired"]);

/** @param {{items: HistoryItem[], zone: string|null}} props */
export function TicketHistory({ items, zone }) {
  if (!items.length) return null;
  return html`<section>
    <h3>${t("history.title")}</h3>
    <ol class="story story-ticket">
      ${[...items].reverse().map((item) => {
        const text = storyText(item);
        const actor = storyActor(item);
        return html`<li>
          <span class="muted"><${Time} at=${item.at} zone=${zone} /></span>
          <span class=${BAD.has(`${item.object}.${item.kind}`) ? "word-major" : ""}>
            ${storyWords(item, zone)}${text && `${t("colon")}${text}`} ${actor && html`<span class="muted">${actor}</span>`}
          </span>
        </li>`;
      })}
    </ol>
  </section>`;
}
