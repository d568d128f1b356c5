/**
 * A complaint's life as a conversation: the customer on the left, the centre on the right, messages with how they got there.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, full } from "/shared/lib/time.js";
import { conversation } from "../state/desk_talk.js";
import { channelWord, outcomeWord } from "./said_words.js";

/** @typedef {import("../state/shapes_desk.js").Case} Case */
/** @typedef {import("../state/desk_talk.js").Said} Said */

const MARKS = /** @type {Record<string, string>} */ ({ sent: "✓", waiting: "…", failed: "◆", unaddressed: "–", withheld: "–" });

/** @param {{one: Case}} props */
export function Talk({ one }) {
  const said = conversation(one.contacts, one.messages, one.language === "en" ? "en" : "zh");
  return html`<section class="talk" aria-label=${t("desk.talk")}>
    <h3>${t("desk.talk")}</h3>
    ${said.length ? html`<ol>${said.map((part) => html`<${Part} key=${part.id} part=${part} zone=${one.time_zone} />`)}</ol>` : html`<p class="muted">${t("desk.no_talk")}</p>`}
  </section>`;
}

/** @param {{part: Said, zone: string|null}} props */
function Part({ part, zone }) {
  const facts = [part.side === "in" ? t("desk.customer") : part.by, channelWord(part.channel), outcomeWord(part.outcome)].filter(Boolean).join(" · ");
  return html`<li class=${`said said-${part.side}`}>
    <p class="said-text">${part.text}</p>
    <p class="muted dense">
      ${facts} · <time datetime=${part.at} title=${full(part.at, zone)}>${clock(part.at, zone)}</time>
      ${
        part.delivery &&
        html` · <span class=${part.delivery === "failed" ? "word-critical" : ""}>
          <span aria-hidden="true">${MARKS[part.delivery] ?? ""} </span>${t(`delivery.${part.delivery}`, { at: clock(part.next_at, zone) })}
        </span>`
      }
    </p>
  </li>`;
}
