/**
 * One announcement: what was said by whom, and the sites whose battery is shorter than the cut.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { useFetched } from "../parts/use_fetched.js";
import { autonomyWords } from "../words/autonomy.js";
import { levelWords, Period, placeWords } from "./announcement_words.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../state/shapes_shift.js").Announcement} Announcement */
/** @typedef {{site: string, site_name: string, site_class: string, battery_hours: number, time_zone: string,
 *   runs_out_at?: string}} RunningOut */

/** @param {{one: Announcement, mayWrite: boolean, onAsk: (what: string) => void}} props */
export function AnnouncementDetail({ one, mayWrite, onAsk }) {
  const { data, problem } = useFetched(`/api/v1/announcements/${encodeURIComponent(one.id)}`, { on: one.version });
  const hours = (Date.parse(one.ends_at) - Date.parse(one.starts_at)) / 1000;
  return html`<article class="detail" aria-labelledby="announcement-title" tabindex="0">
    <header class="detail-head">
      <h2 id="announcement-title">${one.title}</h2>
      <p>${levelWords(one)} · <${Period} one=${one} /> <span class="muted">(${duration(hours)})</span></p>
      <p>${placeWords(one)}</p>
      ${one.text && html`<p class="muted">${one.text}</p>`}
      <p class="muted dense">${one.id} · ${[one.source, one.made_by].filter(Boolean).join(" · ")} · <${Time} as="ago" at=${one.made_at} /></p>
      ${one.withdrawn_at && html`<p class="notice">${t("announced.withdrawn")} <${Time} as="ago" at=${one.withdrawn_at} /></p>`}
    </header>
    ${
      mayWrite &&
      !one.withdrawn_at &&
      html`<div class="moves">
        <button class="button button-small" onClick=${() => onAsk("change")}>${t("announced.change")} <kbd>e</kbd></button>
        <button class="button button-small button-quiet" onClick=${() => onAsk("withdraw")}>${t("announced.withdraw")} <kbd>w</kbd></button>
      </div>`
    }
    <section>
      <h3>${t("announced.runs_out", { n: one.runs_out, of: one.sites_concerned })}</h3>
      ${problem && html`<p class="notice notice-refused">${problem}</p>`}
      <${RunningOutTable} sites=${/** @type {RunningOut[]} */ (data?.running_out ?? [])} />
    </section>
  </article>`;
}

/** @param {{sites: RunningOut[]}} props */
function RunningOutTable({ sites }) {
  if (!sites.length) return html`<p class="muted">${t("announced.none_runs_out")}</p>`;
  return html`<table class="table">
    <${TableHead} columns=${["site", "battery", "runs_out"]} numbers=${["battery"]} />
    <tbody>
      ${sites.map(
        (site) =>
          html`<tr key=${site.site}>
            <td><${SiteLink} id=${site.site} name=${site.site_name} /> <span class="muted">${site.site} · ${site.site_class}</span></td>
            <td class="number">${autonomyWords(site.battery_hours)}</td>
            <td>${site.runs_out_at ? clock(site.runs_out_at, site.time_zone) : html`<span class="muted">–</span>`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
