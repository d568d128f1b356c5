/**
 * The contacts of the day: what was said with whom, a complaint or none; each leads to the customer.
 */

import { html, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { Nothing, Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { askOf, SPANS, startOf } from "../state/contacts.js";
import { channelWord, outcomeWord } from "./said_words.js";

/** @typedef {import("../state/shapes_desk.js").Contact} Contact */
/** @typedef {{span: import("../state/contacts.js").Span, channel: string, by: string, phone: string, alone: boolean}} Asked */

const PAGE = 50;
const CHANNELS = ["phone", "sms", "email", "visit", "web", "app"];
const TODAY = /** @type {Asked} */ ({ span: "today", channel: "", by: "", phone: "", alone: false });

/** @param {{leads: boolean, onAsk: (contact: Contact) => void, onOpen: (complaint: string) => void}} props */
export function Contacts({ leads, onAsk, onOpen }) {
  const [asked, setAsked] = useState(TODAY);
  const [pages, setPages] = useState(/** @type {string[]} */ ([])); // the cursors that led here
  const [chosen, setChosen] = useState(0);
  const phone = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { data, problem } = useFetched("/api/v1/contacts", { params: paramsOf(asked, pages.at(-1)) });
  const list = /** @type {Contact[]} */ (data?.items ?? []);
  const turn = (/** @type {string[]} */ to) => {
    setPages(to);
    setChosen(0);
  };
  const ask = (/** @type {Partial<Asked>} */ change) => {
    setAsked({ ...asked, ...change });
    turn([]);
  };
  const go = (/** @type {number} */ by) => setChosen(Math.min(list.length - 1, Math.max(0, chosen + by)));
  const older = () => data?.next && turn([...pages, data.next]);
  const newer = () => pages.length > 0 && turn(pages.slice(0, -1));
  const at = list[chosen];
  useKeys([
    { keys: "J", label: "desk.next_contact", run: () => go(1) },
    { keys: "K", label: "desk.last_contact", run: () => go(-1) },
    { keys: "o", label: "desk.key_ask_contact", run: () => at && onAsk(at) },
    { keys: "l", label: "desk.key_open_contact", run: () => at?.complaint && onOpen(at.complaint) },
    { keys: "f", label: "desk.key_contact_phone", run: () => phone.current?.focus() },
    { keys: "<", label: "desk.newer", run: newer },
    { keys: ">", label: "desk.older", run: older },
  ]);
  return html`<section class="contacts" aria-label=${t("desk.contacts")}>
    <div class="section-line">
      <h2>${t("desk.contacts")}</h2>
      <${Filters} asked=${asked} leads=${leads} phone=${phone} onAsk=${ask} />
    </div>
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    ${
      list.length
        ? html`<ol class="contact-list">
            ${list.map((one, place) => html`<${Line} key=${one.id} one=${one} on=${place === chosen} onAsk=${onAsk} onOpen=${onOpen} />`)}
          </ol>`
        : !problem && html`<${Nothing} title=${t(data ? "desk.no_contacts" : "desk.looking")} hint=${data ? t("desk.no_contacts.hint") : ""} />`
    }
    ${
      (pages.length > 0 || data?.next) &&
      html`<div class="contact-pages">
        <button type="button" class="button button-small" disabled=${!pages.length} onClick=${newer}>${t("desk.newer")} <kbd>${"<"}</kbd></button>
        <button type="button" class="button button-small" disabled=${!data?.next} onClick=${older}>${t("desk.older")} <kbd>${">"}</kbd></button>
      </div>`
    }
  </section>`;
}

/** @param {Asked} asked
 * @param {string} [after] */
function paramsOf({ span, channel, by, phone, alone }, after) {
  const given = { since: startOf(span, now()), channel, by: by.trim(), phone: phone.trim(), alone: alone ? "true" : "", after };
  return { limit: PAGE, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)) };
}

/** @param {{asked: Asked, leads: boolean, phone: {current: HTMLInputElement|null}, onAsk: (change: Partial<Asked>) => void}} props */
function Filters({ asked, leads, phone, onAsk }) {
  const field = (/** @type {"phone"|"by"} */ name, /** @type {object} */ more) => html`<input
    type="search"
    aria-label=${t(`desk.contact_${name}`)}
    placeholder=${t(`desk.contact_${name}`)}
    value=${asked[name]}
    maxlength="50"
    onChange=${(/** @type {Event} */ event) => onAsk({ [name]: /** @type {HTMLInputElement} */ (event.target).value })}
    ...${more}
  />`;
  return html`<div class="contact-filters" role="group" aria-label=${t("desk.which_contacts")}>
    ${SPANS.map(
      (span) => html`<button
        key=${span}
        type="button"
        class=${span === asked.span ? "chip chip-on" : "chip"}
        aria-pressed=${span === asked.span}
        onClick=${() => onAsk({ span })}
      >
        ${t(`span.${span}`)}
      </button>`,
    )}
    <button type="button" class=${asked.alone ? "chip chip-on" : "chip"} aria-pressed=${asked.alone} onClick=${() => onAsk({ alone: !asked.alone })}>
      ${t("desk.without_complaint")}
    </button>
    <select aria-label=${t("desk.channel")} onChange=${(/** @type {Event} */ event) => onAsk({ channel: /** @type {HTMLSelectElement} */ (event.target).value })}>
      <option value="">${t("desk.every_channel")}</option>
      ${CHANNELS.map((id) => html`<option key=${id} value=${id} selected=${id === asked.channel}>${t(`channel.${id}`)}</option>`)}
    </select>
    ${field("phone", { ref: phone, inputmode: "tel" })} ${leads && field("by", {})}
  </div>`;
}

/** @param {{one: Contact, on: boolean, onAsk: (contact: Contact) => void, onOpen: (complaint: string) => void}} props */
function Line({ one, on, onAsk, onOpen }) {
  const who = one.customer_name ?? one.phone ?? one.site_name ?? t("desk.no_customer");
  const outcome = outcomeWord(one.outcome);
  const facts = [channelWord(one.channel), one.by === "customer" ? "" : one.by, one.site_name, one.text && outcome];
  return html`<li class=${on ? "contact-line contact-on" : "contact-line"} aria-current=${on ? "true" : undefined}>
    <span class="muted"><${Time} at=${one.at} zone=${one.time_zone} /></span>
    <span class="contact-who">
      ${askOf(one) ? html`<button type="button" class="text-link" onClick=${() => onAsk(one)}>${who}</button>` : who}
      ${one.vip && html` <strong class="vip">${t("desk.vip")}</strong>`}
      ${one.customer_name && one.phone && html` <span class="muted">${one.phone}</span>`}
    </span>
    <span class="contact-said">
      <span>${one.direction === "out" && html`<span class="muted">${t("desk.we")}${t("colon")}</span>`}${one.text || outcome}</span>
      <span class="muted">${facts.filter(Boolean).join(" · ")}</span>
    </span>
    ${one.complaint && html`<button type="button" class="text-link" onClick=${() => onOpen(one.complaint ?? "")}>${one.complaint}</button>`}
  </li>`;
}
