/**
 * Beside an incident: the power cuts, weather warnings and works that were announced for its site.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { useFetched } from "../parts/use_fetched.js";
import { isStanding } from "../state/announcements.js";
import { searchOf } from "../state/route.js";
import { levelWords } from "./announcement_words.js";

/** @typedef {import("../state/shapes_shift.js").Announcement} Announcement */

/** @param {{site: string|null, board: any}} props */
export function AnnouncedHere({ site, board }) {
  const standing = board.items("announcement");
  const on = [...standing.values()].map((/** @type {Announcement} */ one) => `${one.id}/${one.version}`).join();
  const { data } = useFetched(site && standing.size ? "/api/v1/announcements" : "", { params: { site, state: "standing" }, on });
  const items = /** @type {Announcement[]} */ (data?.items ?? []).filter(isStanding);
  if (!items.length) return null;
  return html`<section aria-label=${t("announced.here")}>
    <h3>${t("announced.here")}</h3>
    <ul class="list">
      ${items.map(
        (one) =>
          html`<li key=${one.id}>
            ${levelWords(one)} <a href=${searchOf({ view: "announcements", id: one.id })}>${one.title}</a>${" "}
            <span class="muted">${clock(one.starts_at)} – ${clock(one.ends_at)} · ${one.source}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}
