/**
 * The tenant's sites, what is down first, and one of them with its outages, what is planned, and what was reported.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Countdown, Nothing } from "../parts/marks.js";
import { sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { OutageItem, Section, WorksItem } from "./now.js";
import { ReportDialog, ReportItem } from "./reports.js";

/** @param {import("./main.js").PartProps} props */
export function Sites({ picture, look, detail }) {
  return detail
    ? html`<${OneSite} key=${detail} id=${detail} picture=${picture} look=${look} />`
    : html`<${SiteList} picture=${picture} />`;
}

/** @param {{picture: import("./main.js").Picture}} props */
function SiteList({ picture }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(/** @type {import("../state/shapes_tenant.js").Site[]|null} */ (null));
  useEffect(() => {
    if (!text) {
      setFound(null);
      return undefined;
    }
    const wanted = new AbortController();
    get("/api/v1/tenant/sites", { text }, wanted.signal).then(
      (all) => setFound(all.items),
      (error) => wanted.signal.aborted || sayRefusal(error),
    );
    return () => wanted.abort();
  }, [text, picture]);
  const items = found ?? picture.sites.items;
  const { total } = picture.sites;
  return html`<${Section} title=${t("tenant.sites", { n: total })}>
    <input
      class="tenant-search"
      type="search"
      aria-label=${t("tenant.find")}
      placeholder=${t("tenant.find")}
      value=${text}
      onInput=${(/** @type {any} */ event) => setText(event.target.value.trim())}
    />
    ${items.length === 0 && html`<${Nothing} title=${t("tenant.no_site")} />`}
    <ul class="tenant-sites">
      ${items.map((site) => html`<${SiteLine} key=${site.id} site=${site} />`)}
    </ul>
    ${!found && items.length < total && html`<p class="muted">${t("tenant.more_sites", { n: total - items.length })}</p>`}
  <//>`;
}

/** @param {{site: import("../state/shapes_tenant.js").Site}} props */
function SiteLine({ site }) {
  return html`<li>
    <a class="tenant-site" href=${`#sites/${encodeURIComponent(site.id)}`}>
      <span class=${`tenant-state tenant-state-${site.state}`}>${t(`tenant.site.${site.state}`)}</span>
      <span class="tenant-site-name">${site.name}</span>
      <span class="muted">${site.id}</span>
      <span class="muted">${since(site)}</span>
    </a>
  </li>`;
}

/** @param {import("../state/shapes_tenant.js").Site} site */
function since({ down_since: since, down_at: at, time_zone: zone }) {
  if (since) return html`<${Countdown} at=${since} zone=${zone} going />`;
  return at && html`<${Countdown} at=${at} zone=${zone} />`;
}

/** @param {{id: string, picture: import("./main.js").Picture, look: () => Promise<void>}} props */
function OneSite({ id, picture, look }) {
  const [reporting, setReporting] = useState(false);
  const { data, problem } = useFetched(`/api/v1/tenant/sites/${encodeURIComponent(id)}`, { on: picture });
  const site = /** @type {any} */ (data);
  if (!site && problem) return html`<${Nothing} title=${problem}><a class="button" href="#sites">${t("tenant.all_sites")}</a><//>`;
  if (!site) return html`<${Nothing} title=${t("loading")} />`;
  return html`
    <p><a href="#sites">← ${t("tenant.all_sites")}</a></p>
    <header class="tenant-head">
      <div>
        <h2>${site.name}</h2>
        <p class="muted">${site.id} · ${site.region}</p>
      </div>
      <span class=${`tenant-state tenant-state-${site.state}`}>${t(`tenant.site.${site.state}`)}</span>
      <button class="button button-primary" onClick=${() => setReporting(true)}>${t("tenant.report")}</button>
    </header>
    <${Section} title=${t("tenant.outages")}>
      ${site.outages.length ? site.outages.map((/** @type {any} */ one) => html`<${OutageItem} key=${one.id} outage=${one} />`) : html`<p class="muted">${t("tenant.none_lately")}</p>`}
    <//>
    ${site.works.length > 0 && html`<${Section} title=${t("tenant.works")}>${site.works.map((/** @type {any} */ one) => html`<${WorksItem} key=${one.id} works=${one} />`)}<//>`}
    ${site.fault_reports.length > 0 && html`<${Section} title=${t("tenant.reports")}>${site.fault_reports.map((/** @type {any} */ one) => html`<${ReportItem} key=${one.id} report=${one} categories=${picture.categories} />`)}<//>`}
    ${reporting && html`<${ReportDialog} picture=${picture} site=${site} look=${look} onClose=${() => setReporting(false)} />`}
  `;
}
