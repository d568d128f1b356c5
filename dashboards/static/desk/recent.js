/**
 * The complaints as they come in, newest first.
 */

import { html, useEffect, useMemo } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Time } from "../parts/marks.js";
import { sayRefusal } from "../parts/toasts.js";

/** @typedef {import("../shapes.js").Complaint} Complaint */

const SHOWN = 100;

/** The latest complaints: fetched whenever the feed is live anew, then kept by it.
 * @param {import("../state/board.js").Board} board
 * @returns {Complaint[]} newest first */
export function useRecent(board) {
  const live = board.state.link === "live";
  useEffect(() => {
    if (!live) return;
    get("/api/v1/complaints", { limit: SHOWN })
      .then((page) => page.items.forEach((/** @type {Complaint} */ one) => board.apply("complaint", one)))
      .catch(sayRefusal);
  }, [live]);
  return useMemo(
    () =>
      [...board.items("complaint").values()]
        .sort((a, b) => (a.registered_at < b.registered_at ? 1 : -1))
        .slice(0, SHOWN),
    [board.revision],
  );
}

/** @param {{complaints: Complaint[], onAsk: (text: string) => void}} props */
export function Recent({ complaints, onAsk }) {
  useTick();
  return html`<aside class="recent" aria-labelledby="recent-title">
    <h2 id="recent-title">${t("desk.recent")}</h2>
    ${
      complaints.length
        ? html`<ol class="recent-list" tabindex="0" aria-labelledby="recent-title">
            ${complaints.map((one) => html`<${Line} key=${one.id} complaint=${one} onAsk=${onAsk} />`)}
          </ol>`
        : html`<p class="muted">${t("desk.no_recent")}</p>`
    }
  </aside>`;
}

/** @param {{complaint: Complaint, onAsk: (text: string) => void}} props */
function Line({ complaint, onAsk }) {
  const who =
    complaint.customer_name ?? (complaint.phone || complaint.site_name || complaint.site || t("desk.no_customer"));
  return html`<li class="recent-line">
    <span class="recent-top">
      ${complaint.phone ? html`<button class="recent-who" onClick=${() => onAsk(complaint.phone)}>${who}</button>` : html`<span>${who}</span>`}
      ${complaint.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
      <span class="muted recent-time"><${Time} at=${complaint.registered_at} zone=${complaint.time_zone} /></span>
    </span>
    <span class="recent-text muted">${complaint.text}</span>
    <span class="recent-text muted">
      ${t(`complaint.${complaint.state}`)}${complaint.incident ? ` · ${complaint.incident}` : ""}${complaint.site_name ? ` · ${complaint.site_name}` : ""}
    </span>
  </li>`;
}
