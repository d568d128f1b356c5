/** What the server did not take, in plain words, and what can be done about it: send again, discard, copy the words. */

import { html, useState } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";

/** @typedef {import("../types.js").Item} Item */
/** @typedef {import("../work.js").Work} Work */

/** @param {{work: Work, items: Item[]}} props */
export function Refused({ work, items }) {
  const first = items.filter((item) => !item.refusal?.because);
  return first.map((item) => html`<${OneRefused} key=${item.seq} item=${item} work=${work} after=${items.filter((one) => one.refusal?.because === item.seq)} />`);
}

/** @param {{item: Item, after: Item[], work: Work}} props */
function OneRefused({ item, after, work }) {
  const [copied, setCopied] = useState(false);
  const words = ownWords(item);
  const zone = work.day?.person.time_zone;
  const copy = () => void navigator.clipboard?.writeText(words).then(() => setCopied(true), () => undefined);
  return html`<section class="refused" role="alert">
    <h2>${t("aside.title", { what: itemName(item) })}</h2>
    <p>${refusalSentence(item)}</p>
    ${after.length > 0 && html`<p>${t("aside.with_it", { what: after.map(itemName).join(t("list.comma")) })}</p>`}
    <p class="muted">${t("aside.done_at", { time: clock(item.at, zone) })}${words && html` <q>${words}</q>`}</p>
    <div class="pair">
      <button class="button" onClick=${() => void work.discard(item)}>${t("aside.discard")}</button>
      ${words && html`<button class="button" onClick=${copy}>${t(copied ? "aside.copied" : "aside.copy")}</button>`}
      <button class="button" onClick=${() => void work.sendAgain(item)}>${t("aside.again")}</button>
    </div>
  </section>`;
}

/** @param {Item} item */
export function itemName(item) {
  return item.kind === "transition" ? t(`do.${item.body.to}`) : t(`kind_of.${item.kind}`);
}

/** In the reader's language where the reason is known, else as the server said it.
 * @param {Pick<Item, "refusal">} refused */
export function refusalSentence({ refusal }) {
  const key = `refused.${refusal?.reason}`;
  return has(key) ? t(key) : (refusal?.message ?? "");
}

/** What somebody typed and should not have to type again. @param {Item} item */
function ownWords({ body }) {
  const records = (body.records ?? []).flatMap((/** @type {any} */ record) => [record.value, record.text]);
  return [body.cause, body.result, body.reason, body.position_reason, body.text, body.note, body.hand_over?.text, ...records]
    .filter((word) => word !== undefined && word !== null && word !== "")
    .join(" · ");
}
