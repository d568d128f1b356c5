/**
 * What was open when a shift ended: incidents, what falls due, and what nobody of the next shift may overlook.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration } from "/shared/lib/time.js";
import { Countdown, Mark } from "../parts/marks.js";
import { TableHead } from "../parts/table_head.js";
import { searchOf } from "../state/route.js";
import { alarmType, titleWords } from "../words/catalogue.js";
import { holdWords } from "../words/hold.js";
import { noteWords } from "../words/notes.js";
import { levelWords, Period } from "./announcement_words.js";

/** @typedef {import("../state/shapes_shift.js").HandoverPicture} Picture */
/** @typedef {import("../state/shapes_shift.js").OpenIncident} OpenIncident */
/** @typedef {import("../state/shapes_shift.js").Promised} Promised */

const MINUTE = 60;
const SHOWN = 100;

/** @param {{picture: Picture, board: any}} props */
export function HandoverPictureView({ picture }) {
  const { incidents, promises, extensions, emergencies, sos, silences, announcements } = picture;
  return html`
    ${sos.length > 0 && html`<${Part} name="sos" items=${sos} line=${(/** @type {any} */ one) => html`◆ ${one.person_name ?? one.person} <${Countdown} at=${one.since} going /> ${one.text}`} />`}
    ${emergencies.length > 0 && html`<${Part} name="emergencies" items=${emergencies} line=${(/** @type {any} */ one) => html`<a href=${searchOf({ view: "emergency", id: one.region })}>${one.region}</a> <span class="muted"><${Countdown} at=${one.declared_at} going /> · ${noteWords(one.reason)}</span>`} />`}
    <${Incidents} incidents=${incidents} count=${picture.incidents_count} />
    <${Promises} promises=${promises} at=${picture.at} />
    ${extensions.length > 0 && html`<${Part} name="extensions" items=${extensions} line=${(/** @type {any} */ one) => html`<a href=${searchOf({ view: "tickets", id: one.ticket })}>${one.ticket}</a> +${duration(one.minutes * MINUTE)} ${t(`clock.${one.kind}`)} <span class="muted">${one.asked_by}: ${one.reason}</span>`} />`}
    ${silences.length > 0 && html`<${Part} name="silences" items=${silences} line=${(/** @type {any} */ one) => html`<a href=${searchOf({ view: "silences", id: one.id })}>${one.id}</a> ${one.title} <span class="muted">${t(one.holds ? "handover.silence_ends" : "handover.silence_begins", { time: clock(one.changes_at) })}</span>`} />`}
    ${announcements.length > 0 && html`<${Part} name="announcements" items=${announcements} line=${(/** @type {any} */ one) => html`<a href=${searchOf({ view: "announcements", id: one.id })}>${one.title}</a> <span class="muted">${levelWords(one)} · <${Period} one=${one} /> · ${t("announced.runs_out", { n: one.runs_out, of: one.sites_concerned })}</span>`} />`}
  `;
}

/** @param {{incidents: OpenIncident[], count: number}} props */
function Incidents({ incidents, count }) {
  if (!incidents.length) return html`<p class="muted">${t("handover.nothing_open")}</p>`;
  return html`<section>
    <h3>${t("handover.part.incidents", { n: count })}</h3>
    <div class="sites-box">
      <table class="table">
        <${TableHead} columns=${["incident", "what", "outage", "claim", "ticket", "due"]} />
        <tbody>
          ${incidents.slice(0, SHOWN).map((one) => html`<${IncidentRow} key=${one.id} incident=${one} />`)}
        </tbody>
      </table>
    </div>
    ${count > SHOWN && html`<p class="muted">${t("more_n", { n: count - SHOWN })}</p>`}
  </section>`;
}

/** @param {{incident: OpenIncident}} props */
function IncidentRow({ incident }) {
  const { id, severity, alarm_type, site_name, sites_down, site_down_at, claim, ticket, next_due } = incident;
  return html`<tr>
    <td><${Mark} severity=${severity} only /> <a href=${searchOf({ view: "incidents", id })}>${id}</a></td>
    <td>${site_name ? html`${alarmType(alarm_type)} <span class="muted">${site_name}</span>` : titleWords(incident.title)}</td>
    <td>
      ${sites_down > 0 && html`<span class="word-critical">${t("down_n", { n: sites_down })}</span> `}
      ${site_down_at && html`<span class="word-major">${t("site.runs_out")} ${clock(site_down_at)}</span>`}
    </td>
    <td>${claim ? claim.by : html`<span class="muted">${t("handover.unclaimed")}</span>`}</td>
    <td>
      ${
        ticket
          ? html`<a href=${searchOf({ view: "tickets", id: ticket.id })}>${ticket.id}</a> <span class="muted">${t(`ticket.${ticket.state}`)} ${holdWords(ticket.hold_reason)}</span>`
          : html`<span class="muted">–</span>`
      }
    </td>
    <td>${next_due ? html`${t(`clock.${next_due.kind}`)} ${clock(next_due.due_at)}` : html`<span class="muted">–</span>`}</td>
  </tr>`;
}

/** @param {{promises: Promised[], at: string}} props */
function Promises({ promises, at }) {
  if (!promises.length) return html`<p class="muted">${t("handover.nothing_promised")}</p>`;
  return html`<${Part} name="promises" items=${promises} line=${(/** @type {Promised} */ one) => promiseLine(one, at)} />`;
}

/** @param {Promised} one
 * @param {string} at  the picture's time: what became of it later another one says */
function promiseLine(one, at) {
  const late = Boolean(one.breached_at) || Date.parse(one.due_at) < Date.parse(at);
  const isComplaint = one.kind === "complaint";
  const what = isComplaint ? t("handover.promised", { who: one.customer_name ?? one.id }) : t(`clock.${one.kind}`);
  const where = isComplaint ? `/desk?complaint=${encodeURIComponent(one.id)}` : searchOf({ view: "tickets", id: one.ticket });
  return html`<span class="promise">
    <time datetime=${one.due_at} class=${late ? "word-major" : ""}>${late ? "▲ " : ""}${clock(one.due_at)}</time>
    <a href=${where}>${isComplaint ? one.id : one.ticket}</a> <span>${what}</span> <span class="muted">${one.site_name ?? ""}</span>
  </span>`;
}

/** @param {{name: string, items: any[], line: (item: any) => unknown}} props */
function Part({ name, items, line }) {
  return html`<section>
    <h3>${t(`handover.part.${name}`, { n: items.length })}</h3>
    <ul class="list">
      ${items.slice(0, SHOWN).map((one) => html`<li key=${one.id}>${line(one)}</li>`)}
      ${items.length > SHOWN && html`<li class="muted">${t("more_n", { n: items.length - SHOWN })}</li>`}
    </ul>
  </section>`;
}
