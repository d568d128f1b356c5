/**
 * One site in full: how it stands, how power reaches it, what was measured, what stands there, and what has been.
 */

import { html, useMemo } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Mark, Nothing, Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { byUrgency } from "../state/alarms.js";
import { searchOf } from "../state/route.js";
import { alarmType, incidentTitle } from "../words/catalogue.js";
import { OutageWords } from "./incident_sites.js";
import { Around } from "./site_around.js";
import { Equipment } from "./site_equipment.js";
import { SitePast } from "./site_history.js";
import { PowerPicture } from "./site_power.js";
import { Readings } from "./site_readings.js";

/** @typedef {import("./views.js").ViewProps} ViewProps */
/** @typedef {import("../state/shapes_site.js").SiteDetail} SiteDetail */

const AGAIN_MS = 60_000;

/** `route.text` is the reading that is drawn, `route.state` over how long.
 * @param {ViewProps} props */
export function SiteView({ board, revision, route, go, may }) {
  useTick();
  const { id, text: charted, state: span } = route;
  const draw = (/** @type {string} */ text) => go({ view: "site", id, text, state: span }, true);
  const look = (/** @type {string} */ state) => go({ view: "site", id, text: charted, state }, true);
  const news = useMemo(() => newsOf(board, id), [revision, id]);
  const { data, problem } = useFetched(id && `/api/v1/sites/${encodeURIComponent(id)}`, { on: news, everyMs: AGAIN_MS });
  const site = /** @type {SiteDetail|null} */ (data);
  if (!id) return html`<${Nothing} title=${t("site.none")} hint=${t("site.none.hint")} />`;
  if (!site || site.id !== id) return html`<${Nothing} title=${problem || t("site.loading")} />`;
  return html`<section class="view-site" tabindex="-1" aria-labelledby="site-name">
    <${Head} site=${site} board=${board} />
    <div class="site-grid">
      <div class="site-main">
        <${PowerPicture} site=${site} />
        <${Readings} site=${site} chosen=${charted} onChoose=${draw} span=${span} onSpan=${look} />
        <${Equipment} site=${site} onChart=${draw} />
        <${SitePast} key=${id} id=${id} zone=${site.time_zone} />
      </div>
      <${Around} site=${site} board=${board} may=${may} />
    </div>
  </section>`;
}

/** What the live feed says of the site, as one word that is another when any of it changed.
 * @param {any} board
 * @param {string} id */
function newsOf(board, id) {
  const alarms = board.sorted.items.filter((/** @type {any} */ one) => one.site === id);
  const orders = [...board.items("work_order").values()].filter((one) => one.site === id);
  return [...alarms, ...orders].map((one) => `${one.id} ${one.version}`).join();
}

/** @param {{site: SiteDetail, board: any}} props */
function Head({ site, board }) {
  const [worst] = [...site.alarms].sort(byUrgency);
  return html`<header class="site-head">
    <h2 id="site-name">${site.name}</h2>
    <span class="muted">${site.id} · ${site.region}</span>
    <span class="site-head-links dense">
      <a href=${searchOf({ view: "map", id: site.id })}>${t("site.on_map")}</a>
      <a href=${searchOf({ view: "alarms", site: site.id })}>${t("alarms_n", { n: site.alarms.length })}</a>
    </span>
    <div class="site-says">
      ${site.outages.map((outage) => html`<${OutageLine} key=${outage.id} outage=${outage} site=${site} board=${board} />`)}
      ${!site.outages.length && worst && html`<p><${Mark} severity=${worst.severity} only /> ${alarmType(worst.alarm_type)} <${Time} as="ago" at=${worst.raised_at} zone=${site.time_zone} /></p>`}
      ${site.work_orders.map((order) => html`<${CrewLine} key=${order.id} order=${order} zone=${site.time_zone} />`)}
      ${!worst && !site.outages.length && html`<p class="muted">${t("site.fine")}</p>`}
    </div>
  </header>`;
}

/** @param {{outage: import("../state/shapes_site.js").SiteOutage, site: SiteDetail, board: any}} props */
function OutageLine({ outage, site, board }) {
  const incident = board.items("incident").get(outage.incident);
  return html`<p>
    <${OutageWords} outage=${outage} zone=${site.time_zone} />${" "}
    <a href=${searchOf({ view: "incidents", id: outage.incident })}>${incident ? incidentTitle(incident, board) : outage.incident}</a>
  </p>`;
}

/** @param {{order: import("../shapes.js").WorkOrder, zone: string}} props */
function CrewLine({ order, zone }) {
  return html`<p>
    ${order.technician_name ?? order.technician} · ${t(`work_order.${order.state}`)} ·${" "}
    <${Time} at=${order.on_site_at ?? order.planned_arrival_at} zone=${zone} />
  </p>`;
}
