/**
 * What nobody acted on in time, list by list, each with what a leader can do about it there and then.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Countdown, Mark, Time } from "../parts/marks.js";
import { once } from "../parts/once.js";
import { TableHead } from "../parts/table_head.js";
import { say } from "../parts/toasts.js";
import { searchOf } from "../state/route.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_shift.js").OpenClimb} OpenClimb */
/** @typedef {import("../state/shapes_shift.js").OverdueClock} OverdueClock */
/** @typedef {import("../shapes.js").Complaint} Complaint */
/** @typedef {import("../shapes.js").Alarm} Alarm */

const FIRST = 8;

/** @param {{handover: import("../state/shapes_shift.js").Handover|null}} props */
export function Unsigned({ handover }) {
  if (!handover) return null;
  return html`<section id="overdue-handover">
    <h3>${t("overdue.handover", { n: 1 })}</h3>
    <p>
      <a href=${searchOf({ view: "handover", id: handover.id })}>${handover.id}</a> ${t("handover.by", { who: handover.handed_over_by ?? "" })}
      <span class="muted"> <${Time} as="ago" at=${handover.handed_over_at} /></span>
    </p>
  </section>`;
}

/** @param {{clocks: OverdueClock[], may: (permission: string) => boolean, onExempt: (clock: OverdueClock) => void, onDone: () => unknown}} props */
export function Clocks({ clocks, may, onExempt, onDone }) {
  const row = (/** @type {OverdueClock} */ clock) =>
    html`<tr data-row tabindex="-1" key=${clock.id}>
      <td><a href=${searchOf({ view: "tickets", id: clock.ticket })}>${clock.ticket}</a> ${clock.site_name} <span class="muted">${clock.tenant ?? ""}</span></td>
      <td>${t(`clock.${clock.kind}`)} <span class="word-major">▲ <${Countdown} at=${clock.due_at} going /></span></td>
      <td class="cell-actions">
        <button class="button button-small" data-key="U" title="U" onClick=${() => void urge(clock.ticket, onDone)}>${t("urge.do")}</button>
        ${may("grant_time") && html`<button class="button button-small button-quiet" data-key="x" title="x" onClick=${() => onExempt(clock)}>${t("lead.exempt.do")}</button>`}
      </td>
    </tr>`;
  return html`<${List} name="clocks" columns=${["ticket", "overdue", "action"]} items=${clocks} row=${row} />`;
}

/** @param {{climbs: OpenClimb[], onDone: () => unknown}} props */
export function Climbs({ climbs, onDone }) {
  const row = (/** @type {OpenClimb} */ climb) =>
    html`<tr data-row tabindex="-1" key=${climb.id}>
      <td><a href=${searchOf({ view: "tickets", id: climb.ticket })}>${climb.ticket}</a> ${climb.site_name} <span class="muted">${t(`clock.${climb.kind}`)}</span></td>
      <td>
        ${t(`level.of.${climb.level}`)} ${climb.person_name ?? t("climb.nobody")}
        ${climb.person_phone && html` <a href=${`tel:${climb.person_phone}`}>${climb.person_phone}</a>`}
        <span class="muted"> ${climb.state !== "nobody" && t(`climb.${climb.state}`)} <${Countdown} at=${climb.at} /></span>
      </td>
      <td class="cell-actions"><button class="button button-small" data-key="i" title="i" onClick=${() => void inHand(climb, onDone)}>${t("climb.in_hand")}</button></td>
    </tr>`;
  return html`<${List} name="climbs" columns=${["ticket", "handed_up", "action"]} items=${climbs} row=${row} />`;
}

/** @param {{complaints: Complaint[]}} props */
export function Complaints({ complaints }) {
  const row = (/** @type {Complaint} */ one) =>
    html`<tr data-row tabindex="-1" key=${one.id}>
      <td><a href=${`/desk?complaint=${encodeURIComponent(one.id)}`}>${one.id}</a> ${one.customer_name ?? one.phone} ${one.vip && html`<strong>VIP</strong>`}</td>
      <td class="cell-wide">${one.text}</td>
      <td><span class="word-major">▲ <${Countdown} at=${one.promised_at ?? ""} going /></span></td>
    </tr>`;
  return html`<${List} name="complaints" columns=${["complaint", "what", "overdue"]} items=${complaints} row=${row} />`;
}

/** @param {{alarms: Alarm[]}} props */
export function Unacknowledged({ alarms }) {
  const row = (/** @type {Alarm} */ alarm) =>
    html`<tr data-row tabindex="-1" key=${alarm.id}>
      <td><${Mark} severity=${alarm.severity} /> ${alarmType(alarm.alarm_type)}</td>
      <td class="cell-wide">${alarm.site_name ?? alarm.site ?? t("no_site")}</td>
      <td><${Countdown} at=${alarm.raised_at} going /></td>
      <td>${alarm.incident && html`<a href=${searchOf({ view: "incidents", id: alarm.incident })}>${alarm.incident}</a>`}</td>
    </tr>`;
  return html`<${List} name="unacknowledged" columns=${["alarm", "site", "since", "incident"]} items=${alarms} row=${row} />`;
}

/** The first few, and all of them on one click.
 * @param {{name: string, columns: string[], items: any[], row: (item: any) => unknown}} props */
function List({ name, columns, items, row }) {
  const [all, setAll] = useState(false);
  if (!items.length) return null;
  return html`<section id=${`overdue-${name}`}>
    <h3 id=${`title-${name}`}>${t(`overdue.${name}`, { n: items.length })}</h3>
    <table class="table" aria-labelledby=${`title-${name}`}>
      <${TableHead} columns=${columns} />
      <tbody>
        ${(all ? items : items.slice(0, FIRST)).map(row)}
      </tbody>
    </table>
    ${
      items.length > FIRST &&
      html`<button class="button button-small button-quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>
        ${t(all ? "shift.fewer" : "shift.all", { n: items.length })}
      </button>`
    }
  </section>`;
}

/** @param {string} ticket
 * @param {() => unknown} onDone */
function urge(ticket, onDone) {
  const path = `/api/v1/tickets/${encodeURIComponent(ticket)}/urge`;
  return once(path, async () => {
    const { told, times } = await post(path, {});
    say({ text: t("urge.done", { ticket, n: told.length, times }) });
    await onDone();
  });
}

/** @param {OpenClimb} climb
 * @param {() => unknown} onDone */
function inHand(climb, onDone) {
  const path = `/api/v1/climbs/${encodeURIComponent(climb.id)}/answer`;
  return once(path, async () => {
    await post(path, {});
    say({ text: t("climb.done", { ticket: climb.ticket }) });
    await onDone();
  });
}
