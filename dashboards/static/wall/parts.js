/**
 * The wall's blocks: calls for help, the next sites to run out, figures with what they did lately, changes.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { cssClass, shape, SEVERITIES } from "/shared/lib/severity.js";
import { clock, now } from "/shared/lib/time.js";
import { countChanged, fadeOf } from "../state/wall.js";

/** @typedef {import("../state/shapes_wall.js").WallPicture} WallPicture */
/** @typedef {import("../state/shapes_wall.js").WallNext} WallNext */
/** @typedef {import("../state/shapes_wall.js").WallChange} WallChange */

const MINUTE = 60;
const HOUR_SECONDS = 3600;
const CHANGES = 6;
const SIGNS = { down: "◆", up: "✓", on_site: "●" };

/** @param {{calls: WallPicture["sos"]}} props */
export function Sos({ calls }) {
  const answered = calls.filter((call) => call.answered_by);
  if (!answered.length) return null;
  return html`<p class="wall-line word-critical">
    ◆ ${answered.map((call) => t("wall.sos_in_hand", { name: call.person_name ?? "", who: call.answered_by })).join(t("comma"))}
  </p>`;
}

/** @param {{sites: WallNext[]}} props */
export function Next({ sites }) {
  return html`<section>
    <h2 class="wall-head">${t(sites.length ? "wall.next" : "wall.nothing_runs_out")}</h2>
    <ol>
      ${sites.map((site) => html`<${NextLine} key=${site.site} site=${site} />`)}
    </ol>
  </section>`;
}

/** @param {{site: WallNext}} props */
function NextLine({ site: { site_name, time_zone, site_down_at, crew } }) {
  const left = (Date.parse(site_down_at) - now()) / 1000;
  const loud = left < HOUR_SECONDS ? "word-major" : "";
  return html`<li class="wall-next">
    <span class=${`wall-left-time ${loud}`}>${hoursLeft(left)}</span>
    <span class="wall-name">${site_name}</span>
    ${crew ? html`<${Crew} crew=${crew} runsOut=${site_down_at} zone=${time_zone} />` : html`<span class="wall-crew word-critical">${t("wall.no_crew")}</span>`}
  </li>`;
}

/** Hours and minutes, in as few signs as can be read from afar.
 * @param {number} seconds */
function hoursLeft(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / MINUTE));
  return `${Math.floor(minutes / MINUTE)}:${String(minutes % MINUTE).padStart(2, "0")}`;
}

/** @param {{crew: import("../state/shapes_wall.js").WallCrew, runsOut: string, zone: string|null}} props */
function Crew({ crew: { technician_name, state, planned_arrival_at }, runsOut, zone }) {
  const arrival = `${planned_arrival_at > runsOut ? "▲" : ""}${clock(planned_arrival_at, zone)}`;
  return html`<span class="wall-crew">
    <span class="wall-name">${technician_name}</span> <span>${state === "on_site" ? SIGNS.up : arrival}</span>
  </span>`;
}

/** @param {{wall: WallPicture}} props */
export function Figures({ wall }) {
  const { changed, crews, complaints } = wall;
  const [downs, ups] = [countChanged(changed, "down"), countChanged(changed, "up")];
  const more = Math.max(0, complaints.last_hour - complaints.hour_before);
  return html`<dl class="wall-figures">
    <${Figure} name="down" loud=${wall.down_count > 0 ? "word-critical" : ""} value=${wall.down_count} aside=${[downs && `+${downs}`, ups && `−${ups}`].filter(Boolean).join(" ")} />
    <${Figure} name="soon" loud=${wall.running_out_count > 0 ? "word-major" : ""} value=${wall.running_out_count} />
    <${Figure} name="crews" value=${crews.en_route + crews.on_site} aside=${crews.on_site ? t("wall.on_site", { n: crews.on_site }) : ""} />
    <${Figure} name="incidents" value=${wall.incidents} />
    <div><dt class="visually-hidden">${t("wall.by_severity")}</dt><dd class="wall-severities"><${BySeverity} counts=${wall.incidents_by_severity} /></dd></div>
    <${Figure} name="complaints" value=${complaints.last_hour} aside=${more ? `+${more}` : ""} />
  </dl>`;
}

/** @param {{name: string, value: unknown, loud?: string, aside?: string}} props */
function Figure({ name, value, loud = "", aside = "" }) {
  return html`<div>
    <dt>${t(`wall.${name}`)}</dt>
    <dd><strong class=${loud}>${value}</strong> ${aside && html`<span class="wall-quiet">${aside}</span>`}</dd>
  </div>`;
}

/** @param {{counts: Record<string, number>}} props */
function BySeverity({ counts }) {
  const shown = SEVERITIES.filter((severity) => counts[severity]);
  return shown.map(
    (severity) => html`<span class="wall-severity"><span class=${cssClass(severity)} aria-label=${t(`severity.${severity}`)}>${shape(severity)}</span>${counts[severity]}</span> `,
  );
}

/** What is new stands bright and fades, step by step, into what is known.
 * @param {{changed: WallChange[], minutes: number, time: number}} props */
export function Changed({ changed, minutes, time }) {
  if (!changed.length) return null;
  return html`<ol class="wall-changes" aria-label=${t("wall.changed", { n: minutes })}>
    ${changed.slice(0, CHANGES).map(
      (one) =>
        html`<li key=${`${one.what}/${one.id}/${one.at}`} class=${`wall-change wall-fade-${fadeOf(one, minutes, time)}`}>
          <time>${clock(one.at, one.time_zone)}</time>
          <span class=${one.what === "down" ? "word-critical" : ""}>${SIGNS[one.what]}</span>
          <span class="wall-what"><span class="wall-name">${one.name}</span> ${t(`wall.${one.what}_now`)}</span>
        </li>`,
    )}
  </ol>`;
}
