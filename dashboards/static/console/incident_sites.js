/**
 * Site by site: what is down since when, what runs out when, and whether somebody is there before.
 */

import { html, useState } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { clock, duration, full, now } from "/shared/lib/time.js";
import { Countdown, Time } from "../parts/marks.js";
import { useNarrow } from "../parts/measures.js";
import { TableHead } from "../parts/table_head.js";
import { HELD, isDown, isRunningOut } from "../state/incidents.js";
import { Explanation } from "./explanation.js";
import { SiteLink } from "./site_link.js";

/** @typedef {import("../state/incidents.js").SiteLine} SiteLine */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */

const FIRST = 6;
const LATE_SECONDS = 60;

/**
 * @param {object} props
 * @param {SiteLine[]} props.lines
 * @param {WorkOrder[]} props.elsewhere  of crews that go to none of these sites
 * @param {number} props.beyond  how many sites more lie outside the reader's own area
 * @param {string|null} props.cause  the site of the root
 * @param {any} props.board
 */
export function Sites({ lines, elsewhere, beyond, cause, board }) {
  const [asked, setAsked] = useState("");
  const [all, setAll] = useState(false);
  const narrow = useNarrow();
  const shown = all ? lines : lines.slice(0, FIRST);
  if (!lines.length)
    return html`<section>
      <p class="muted">${beyond ? t("sites.only_beyond", { n: beyond }) : t("sites.none_affected")}</p>
      <${Elsewhere} orders=${elsewhere} board=${board} />
    </section>`;
  return html`<section>
    <h3>${t("incident.sites", { n: lines.length })}</h3>
    <${Elsewhere} orders=${elsewhere} board=${board} />
    <div class="sites-box" tabindex=${narrow ? "0" : undefined}>
    <table class="table">
      <${TableHead} columns=${["site", "outage", "crew", "arrival", "margin", "why"]} />
      <tbody>
        ${shown.map((line) => html`<${Line} key=${line.outage.site} line=${line} nobody=${t(elsewhere.some(({ site }) => site === cause) ? "crew.at_cause" : "crew.none")} board=${board} asked=${asked} onAsk=${setAsked} />`)}
      </tbody>
    </table>
    </div>
    ${beyond > 0 && html`<p class="muted dense">${t("sites.beyond", { n: beyond })}</p>`}
    ${
      lines.length > FIRST &&
      html`<button class="button button-small button-quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>
        ${t(all ? "sites.fewer" : "sites.all", { n: lines.length })}
      </button>`
    }
  </section>`;
}

/** Who goes to another site of the fault, such as its cause, and when they are there.
 * @param {{orders: WorkOrder[], board: any}} props */
function Elsewhere({ orders, board }) {
  if (!orders.length) return null;
  return html`<ul class="list list-elsewhere">
    ${orders.map((order) => {
      const site = board.items("site").get(order.site);
      return html`<li key=${order.id}>
        ${order.technician_name ?? order.technician} <span class="muted">${t(`work_order.${order.state}`)} ·</span>${" "}
        <${SiteLink} id=${order.site} name=${site?.name} /> <span class="muted">· ${t("column.arrival")}</span>${" "}
        <${Arrival} order=${order} zone=${site?.time_zone ?? null} />
      </li>`;
    })}
  </ul>`;
}

/** @param {{line: SiteLine, nobody: string, board: any, asked: string, onAsk: (id: string) => void}} props */
function Line({ line, nobody, board, asked, onAsk }) {
  const { outage, workOrder } = line;
  const site = board.items("site").get(outage.site);
  const zone = site?.time_zone ?? null;
  const open = workOrder && asked === workOrder.id;
  return html`<tr>
      <td>
        <${SiteLink} id=${outage.site} name=${site?.name} /> <span class="muted">${outage.site}${site ? ` · ${site.site_class}` : ""}</span>
      </td>
      <td><${OutageWords} outage=${outage} zone=${zone} /></td>
      <td>
        ${workOrder?.technician_name ?? workOrder?.technician}${" "}
        <span class="muted">${workOrder ? t(`work_order.${workOrder.state}`) : !outage.ended_at && nobody}</span>
      </td>
      <td>${workOrder && html`<${Arrival} order=${workOrder} zone=${zone} />`}</td>
      <td><${Margin} ms=${line.marginMs} /></td>
      <td>
        ${
          workOrder &&
          html`<button
            class="button button-small button-quiet"
            aria-expanded=${Boolean(open)}
            onClick=${() => onAsk(open ? "" : workOrder.id)}
          >
            ${t("why_this_technician")}
          </button>`
        }
      </td>
    </tr>
    ${
      open &&
      html`<tr>
        <td colspan="6" class="cell-explanation"><${Explanation} explanation=${workOrder.explanation} /></td>
      </tr>`
    }`;
}

/** What becomes of a site: down, about to be, or back.
 * @param {{outage: import("../shapes.js").IncidentOutage, zone: string|null}} props */
export function OutageWords({ outage, zone }) {
  const { started_at: started, ended_at: ended, site_down_at: expected } = outage;
  if (isDown(outage)) {
    return html`<span class="word-critical">◆ ${t("site.down")}</span> <${Countdown} at=${started} zone=${zone} going />`;
  }
  if (isRunningOut(outage)) {
    const words = t(Date.parse(String(expected)) < now() ? "site.overdue" : "site.runs_out");
    return html`<span class="word-major">▲ ${words}</span> <${Countdown} at=${expected} zone=${zone} going />${" "}
      <${Between} outage=${outage} zone=${zone} />`;
  }
  if (!ended) return html`<span class="muted">${t("site.at_risk")}</span>`;
  const words = t(started ? "site.up_again" : "site.saved");
  return html`<span class="muted">✓ ${words} <${Countdown} at=${ended} zone=${zone} /></span>`;
}

/** How sure the forecast is: the interval in which the site runs out, and by what that is known.
 * @param {{outage: import("../shapes.js").IncidentOutage, zone: string|null}} props */
function Between({ outage, zone }) {
  const { site_down_earliest: earliest, site_down_latest: latest, prediction_basis: basis } = outage;
  if (!earliest || !latest) return null;
  const title = has(`basis.${basis}`) ? t(`basis.${basis}`) : "";
  const [from, to] = [clock(earliest, zone), clock(latest, zone)];
  return html`<span class="muted" title=${title}>${t("site.between", { from, to })}</span>`;
}

/** When somebody came, or is to come; who is held up is said to be, and who never came is not expected.
 * @param {{order: WorkOrder, zone: string|null}} props */
function Arrival({ order, zone }) {
  const { on_site_at: came, planned_arrival_at: planned, state } = order;
  if (order.ended_at && !came) return null;
  const late = HELD.includes(state) && !came ? (now() - Date.parse(planned)) / 1000 : 0;
  if (late < LATE_SECONDS) return html`<${Time} as="ago" at=${came ?? planned} zone=${zone} />`;
  return html`<span class="word-major" title=${full(planned, zone)}>▲ ${t("due.over", { time: duration(late) })}</span>`;
}

/** @param {{ms: number|null}} props */
function Margin({ ms }) {
  if (ms === null) return null;
  const time = duration(Math.abs(ms) / 1000);
  return ms >= 0
    ? html`<span>${t("margin.before", { time })}</span>`
    : html`<span class="word-critical">${t("margin.late", { time })}</span>`;
}
