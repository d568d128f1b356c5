/**
 * What stands behind a dot: the site, its alarms, its incident, and who is coming.
 */

import { html, useMemo } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Mark, Nothing, Time } from "../parts/marks.js";
import { byUrgency } from "../state/alarms.js";
import { searchOf } from "../state/route.js";
import { autonomyWords } from "../words/autonomy.js";
import { alarmType, incidentTitle } from "../words/catalogue.js";
import { OutageWords } from "./incident_sites.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Site} Site */

const MOST = 30;

/** @param {{id: string, board: any, onClose: () => void}} props */
export function SitePanel({ id, board, onClose }) {
  useTick();
  useKeys([{ keys: "Escape", label: "close", run: onClose }]);
  const site = /** @type {Site|undefined} */ (board.items("site").get(id));
  const alarms = useMemo(
    () => [...board.items("alarm").values()].filter((alarm) => alarm.site === id).sort(byUrgency),
    [id, board.revision],
  );
  const orders = [...board.items("work_order").values()].filter((order) => order.site === id);
  if (!site) return html`<aside class="panel"><${Nothing} title=${t("site.unknown", { id })} /></aside>`;
  return html`<aside class="panel" aria-labelledby="panel-title">
    <header class="panel-head">
      <h2 id="panel-title"><${SiteLink} id=${id} name=${site.name} /></h2>
      <button class="button button-quiet button-small" onClick=${onClose} aria-label=${t("close")}>×</button>
    </header>
    <p class="site-more dense"><a href=${searchOf({ view: "site", id })}>${t("site.open_page")}</a></p>
    <${Facts} site=${site} />
    <${Outages} site=${site} board=${board} />
    ${orders.map((order) => html`<${Crew} key=${order.id} order=${order} zone=${site.time_zone} />`)}
    <h3><a href=${searchOf({ view: "alarms", site: id })}>${t("alarms_n", { n: alarms.length })}</a></h3>
    <ul class="list">
      ${alarms.slice(0, MOST).map(
        (alarm) =>
          html`<li key=${alarm.id} class="panel-alarm">
            <${Mark} severity=${alarm.severity} only />
            <span>${alarmType(alarm.alarm_type)} <span class="muted">${alarm.resource}</span></span>
            <span class="muted"><${Time} at=${alarm.raised_at} zone=${site.time_zone} /></span>
          </li>`,
      )}
    </ul>
  </aside>`;
}

/** @param {{order: import("../shapes.js").WorkOrder, zone: string}} props */
function Crew({ order, zone }) {
  return html`<p>
    ${order.technician_name ?? order.technician} · ${t(`work_order.${order.state}`)} ·${" "}
    <${Time} at=${order.on_site_at ?? order.planned_arrival_at} zone=${zone} />
  </p>`;
}

/** @param {{site: Site}} props */
function Facts({ site }) {
  const facts = [
    ["site.class", site.site_class],
    ["site.battery", autonomyWords(site.battery_hours)],
    ["site.tenants", site.tenants.join(t("comma")) || "–"],
    ["site.feed", site.power_feed || "–"],
    ["site.region", site.region],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([key, value]) =>
        html`<div>
          <dt>${t(String(key))}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** @param {{site: Site, board: any}} props */
function Outages({ site, board }) {
  const lines = [...board.items("incident").values()].flatMap((incident) =>
    incident.outages
      .filter(
        (/** @type {import("../shapes.js").IncidentOutage} */ outage) => outage.site === site.id && !outage.ended_at,
      )
      .map((/** @type {import("../shapes.js").IncidentOutage} */ outage) => ({ incident, outage })),
  );
  return lines.map(
    ({ incident, outage }) =>
      html`<p key=${incident.id}>
        <${OutageWords} outage=${outage} zone=${site.time_zone} />
        ${" "}<a href=${searchOf({ view: "incidents", id: incident.id })}>${incidentTitle(incident, board)}</a>
      </p>`,
  );
}
