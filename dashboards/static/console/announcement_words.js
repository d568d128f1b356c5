/**
 * Announcements in words: what kind they are, how grave, when, and where.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";

/** @typedef {import("../state/shapes_shift.js").Announcement} Announcement */

/** The kind and, of a weather warning, its level as the weather service names it: a word, for colour means severity.
 * @param {Announcement} one */
export function levelWords({ kind, level }) {
  return [t(`announced.${kind}`), level && t(`level.${level}`)].filter(Boolean).join(" · ");
}

/** @param {Announcement} one */
export function placeWords({ regions, sites, power_feeds }) {
  const feeds = power_feeds.map((id) => t("power_feed", { id }));
  return [...regions, ...feeds, ...sites].join(t("comma"));
}

/** @param {{one: Announcement}} props */
export function Period({ one }) {
  return html`<time datetime=${one.starts_at}>${clock(one.starts_at)}</time> – <time datetime=${one.ends_at}>${clock(one.ends_at)}</time>`;
}
