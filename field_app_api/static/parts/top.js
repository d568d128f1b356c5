/** The top of every screen: where one is, help in one tap, news; under it how fresh all this is and what is not sent yet. */

import { html } from "/vendor/preact.js";
import { useTick } from "/shared/lib/hooks.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration } from "/shared/lib/time.js";

/** @typedef {import("../work.js").Work} Work */

/** @param {{work: Work, title: string, back: string | null}} props */
export function Top({ work, title, back }) {
  const unseen = (work.day?.notices ?? []).filter((notice) => !notice.seen_at && !sawIt(work, notice.id)).length;
  return html`<header class="top">
    <div class="top-row">
      ${back === null
        ? html`<span class="brand">${title}</span>`
        : html`<a class="brand back" href=${back}><span aria-hidden="true">‹</span> ${title}</a>`}
      <a class="button sos" href="#/sos">${t("top.sos")}</a>
      <a class="button" href="#/notices" aria-label=${t("top.notices", { n: unseen })}>
        <${Bell} />${unseen > 0 && html`<span class="count">${unseen}</span>`}
      </a>
      <a class="button" href="#/more" aria-label=${t("top.more")}><span aria-hidden="true">☰</span></a>
    </div>
    <${Freshness} work=${work} />
  </header>`;
}

/** @param {Work} work @param {string} id */
function sawIt(work, id) {
  return work.items.some((item) => item.kind === "seen" && item.body.ids.includes(id));
}

function Bell() {
  return html`<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 22h4" />
  </svg>`;
}

/** @param {{work: Work}} props */
function Freshness({ work }) {
  const now = useTick();
  return html`<div class="fresh">
    <p class=${work.isStale(Date.now()) ? "net net-stale" : "net"} role="status">${netSentence(work)}</p>
    ${(work.waiting > 0 || work.aside.length > 0 || photosLeft(work) > 0) && html`<a href="#/waiting">${waitingSentence(work)}</a>`}
    ${work.sos === null && work.waiting + photosLeft(work) === 0 && html`<p class="muted">${positionSentence(work, now)}</p>`}
  </div>`;
}

/** @param {Work} work */
function netSentence(work) {
  if (work.expired) return t("net.expired");
  if (!work.day) return t("net.reading");
  if (!work.isStale(Date.now())) return t("net.live");
  const time = clock(new Date(work.asOf).toISOString(), work.day.person.time_zone);
  if (work.reachable && work.busy) return t("net.busy", { time });
  return t(work.heard ? "net.stale" : "net.asking", { time });
}

/** @param {Work} work */
function photosLeft(work) {
  return work.photos.filter((photo) => photo.state !== "sent").length;
}

/** @param {Work} work */
export function waitingSentence(work) {
  const photos = photosLeft(work);
  const said = [];
  if (work.aside.length > 0) said.push(t("mark.aside", { n: work.aside.length }));
  if (work.waiting > 0) said.push(t("net.waiting", { n: work.waiting }));
  else if (photos > 0) said.push(t("net.photos", { sent: work.photos.length - photos, of: work.photos.length }));
  return said.join(" · ");
}

/** @param {Work} work @param {number} now */
export function positionSentence({ positions }, now) {
  if (positions.state === "shared") return t("position.shared", { age: duration((now - positions.toldAt) / 1000) });
  return t(`position.${positions.state}`);
}
