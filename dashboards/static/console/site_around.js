/**
 * The site page's side: what the inventory says, tickets, complaints, what is announced, neighbours, who is near.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Time } from "../parts/marks.js";
import { isStaleAt } from "../state/map_tracks.js";
import { nearest, neighbours } from "../state/site_near.js";
import { searchOf } from "../state/route.js";
import { autonomyWords } from "../words/autonomy.js";
import { titleWords } from "../words/catalogue.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../state/shapes_site.js").SiteDetail} SiteDetail */

const NEAR = 5;

/** @param {{site: SiteDetail, board: any, may: (permission: string) => boolean}} props */
export function Around({ site, board, may }) {
  return html`<div class="site-side">
    <${Facts} site=${site} />
    <${Tickets} site=${site} board=${board} />
    <${Complaints} site=${site} may=${may} />
    <${Announced} site=${site} board=${board} />
    <${Near} site=${site} board=${board} />
    <${Neighbours} site=${site} board=${board} />
  </div>`;
}

/** @param {{site: SiteDetail}} props */
function Facts({ site }) {
  const { feed, generators, load_kw: load } = site;
  const facts = [
    ["site.class", `${site.site_class}${site.gateway ? ` · ${t("site.hub")}` : ""}`],
    ["site.battery", autonomyWords(site.battery_hours)],
    ["site.load", load === null ? "" : t("site.load_kw", { n: load })],
    ["site.tenants", site.tenants.join(t("comma"))],
    ["site.feed", feed ? t("site.feed_contact", { name: feed.name, contact: feed.utility_contact }) : site.power_feed],
    ["site.region", site.region],
    ["site.access", site.access],
    ["site.position", `${site.latitude.toFixed(5)}, ${site.longitude.toFixed(5)}`],
  ];
  return html`<section>
    <dl class="facts">
      ${facts.map(([key, value]) => value && html`<div key=${key}><dt>${t(key)}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${generators.map(
      (one) =>
        html`<p key=${one.id}>
          ${t("site.generator_here", { name: one.name || one.id })} · ${t(`site.power.state.${one.state === "running" ? "running" : "standby"}`)}
          ${one.fuel_ends_at && html`${" "}<span class="muted">${t("site.fuel_until")} <${Time} as="clock" at=${one.fuel_ends_at} zone=${site.time_zone} /></span>`}
        </p>`,
    )}
  </section>`;
}

/** @param {{site: SiteDetail, board: any}} props */
function Tickets({ site, board }) {
  const needed = new Set([...board.items("need").values()].filter((need) => need.site === site.id).map((need) => need.ticket));
  const tickets = [...board.items("ticket").values()].filter((ticket) => ticket.site === site.id || needed.has(ticket.id));
  return html`<section>
    <h3>${t("site.tickets")}</h3>
    ${
      tickets.length
        ? html`<ul>${tickets.map(
            (ticket) =>
              html`<li key=${ticket.id} class="site-row">
                <span><a href=${searchOf({ view: "tickets", id: ticket.id })}>${titleWords(ticket.title)}</a> <span class="muted">${ticket.id}</span></span>
                <span class="muted">${t(`ticket.${ticket.state}`)}</span>
              </li>`,
          )}</ul>`
        : html`<p class="muted">${t("site.tickets.none")}</p>`
    }
  </section>`;
}

/** @param {{site: SiteDetail, may: (permission: string) => boolean}} props */
function Complaints({ site, may }) {
  const n = site.complaints_open;
  const words = n ? t("site.open_complaints", { n }) : t("site.no_complaints");
  const link = n > 0 && may("view_complaints");
  return html`<section>
    <h3>${t("site.complaints")}</h3>
    <p class=${n ? "" : "muted"}>${link ? html`<a href=${`/desk?site=${encodeURIComponent(site.id)}`}>${words}</a>` : words}</p>
  </section>`;
}

/** @param {{site: SiteDetail, board: any}} props */
function Announced({ site, board }) {
  const inRegion = (/** @type {string} */ path) => site.region === path || site.region.startsWith(`${path}/`);
  const meant = [...board.items("announcement").values()].filter(
    (one) => one.sites.includes(site.id) || one.regions.some(inRegion) || (site.power_feed && one.power_feeds.includes(site.power_feed)),
  );
  if (!meant.length) return null;
  return html`<section>
    <h3>${t("site.announced")}</h3>
    <ul>${meant.map(
      (one) =>
        html`<li key=${one.id} class="site-row">
          <span><a href=${searchOf({ view: "announcements", id: one.id })}>${one.title}</a></span>
          <span class="muted"><${Time} at=${one.starts_at} zone=${site.time_zone} /> – <${Time} at=${one.ends_at} zone=${site.time_zone} /></span>
        </li>`,
    )}</ul>
  </section>`;
}

/** @param {{site: SiteDetail, board: any}} props */
function Near({ site, board }) {
  const near = nearest(site, board.items("technician").values(), NEAR);
  const orders = [...board.items("work_order").values()];
  return html`<section>
    <h3>${t("site.near")}</h3>
    ${!near.length && html`<p class="muted">${t("site.near.none")}</p>`}
    <ul>${near.map(({ technician, km }) => {
      const order = orders.find((one) => one.technician === technician.id);
      return html`<li key=${technician.id} class="site-row">
        <span class=${isStaleAt(technician, now()) ? "muted" : ""}>
          ${technician.name} <span class="muted">${order ? `${t(`work_order.${order.state}`)} · ${order.site_name ?? order.site}` : t("site.person.free")}</span>
        </span>
        <span class="muted">${t("site.near.km", { n: km.toFixed(km < 10 ? 1 : 0) })} · <${Time} as="ago" at=${technician.position_at} zone=${site.time_zone} /></span>
      </li>`;
    })}</ul>
  </section>`;
}

/** @param {{site: SiteDetail, board: any}} props */
function Neighbours({ site, board }) {
  const ends = neighbours(site.id, site.links);
  const groups = /** @type {const} */ (["upstream", "downstream"]).filter((way) => ends[way].length);
  return html`<section>
    <h3>${t("site.around")}</h3>
    ${!groups.length && html`<p class="muted">${t("site.no_neighbours")}</p>`}
    <dl class="facts">
      ${groups.map(
        (way) =>
          html`<div key=${way}>
            <dt>${t(`site.${way}`)}</dt>
            <dd>
              ${ends[way].map(
                ({ id, medium }) =>
                  html`<div key=${id}><${SiteLink} id=${id} name=${board.items("site").get(id)?.name} /> <span class="muted">${t(`site.medium.${medium}`)}</span></div>`,
              )}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
