/**
 * What an agent can say: who calls, which outage it is, since when, what is being done, and when it should be over.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock, duration, full, since } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { Mark, Time } from "../parts/marks.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {{id: string, name: string, vip: boolean, tenant: string}} Person */
/** @typedef {{at: string, earliest: string, latest: string}} Expected */
/**
 * @typedef {object} Outage  what outage-context gives
 * @property {string} id
 * @property {string|null} incident
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {string|null} time_zone
 * @property {string|null} since
 * @property {{zh: string, en: string}|null} cause
 * @property {string|null} state
 * @property {{id: string, name: string}|null} technician
 * @property {string|null} technician_eta
 * @property {Expected|null} expected_end
 * @property {string|null} restored_at
 * @property {{zh: string[], en: string[]}} script
 * @property {Person|null} customer
 * @property {Person[]} customers
 * @property {{alarms: {id: string, site: string, site_name: string|null, alarm_type: string, severity: string, raised_at: string}[], complaints: number}} signs
 */

/** @param {{outage: Outage}} props */
export function Answer({ outage }) {
  useTick();
  return html`<section class="answer" aria-live="polite" aria-label=${t("desk.answer")}>
    <${Who} outage=${outage} />
    ${outage.incident ? html`<${Known} outage=${outage} />` : html`<${Unknown} outage=${outage} />`}
    <${Script} script=${outage.script} />
  </section>`;
}

/** @param {{outage: Outage}} props */
function Who({ outage }) {
  const { customer, customers } = outage;
  const site = [outage.site_name, outage.site].filter(Boolean).join(" ");
  const name = customer
    ? customer.name
    : t(outage.id.startsWith("phone:") ? "desk.unknown_customer" : "desk.no_customer");
  return html`<p class="who">
    <span class="who-name">${name}</span>
    ${customer?.vip && html`<strong class="vip">${t("desk.vip")}</strong>`}
    ${customer?.tenant && html`<span class="muted">${customer.tenant}</span>`}
    ${site && html`<span class="muted">${t("desk.served_by", { site })}</span>`}
    ${customers.length > 1 && html`<span class="muted">${t("desk.same_number", { n: customers.length })}</span>`}
  </p>`;
}

/** @param {{outage: Outage}} props */
function Known({ outage }) {
  const zone = outage.time_zone;
  const over = outage.state === "restored";
  const arriving = outage.technician_eta && outage.state !== "on_site";
  return html`<h2 class="answer-cause">
      <span class=${`severity severity-${over ? "cleared" : "critical"}`} aria-hidden="true">${over ? "✓" : "◆"}</span>
      <span class="answer-words">${outage.cause?.[lang()] ?? ""}</span>
    </h2>
    <dl class="answer-facts">
      <div>
        <dt>${t("desk.since")}</dt>
        <dd title=${full(outage.since, zone)}>
          ${clock(outage.since, zone)}
          <span class="muted">${outage.since && duration(since(outage.since))}</span>
        </dd>
      </div>
      <div>
        <dt>${t("desk.doing")}</dt>
        <dd>${t(`stage.${outage.state}`)} <span class="muted">${outage.technician?.name ?? ""}</span></dd>
      </div>
      <div>
        <dt>${t("desk.arrival")}</dt>
        <dd>${arriving ? html`<${Time} at=${outage.technician_eta} zone=${zone} />` : "–"}</dd>
      </div>
      <div>
        <dt>${t(over ? "desk.restored" : "desk.end")}</dt>
        <dd><${End} outage=${outage} /></dd>
      </div>
    </dl>`;
}

/** @param {{outage: Outage}} props */
function End({ outage }) {
  const { expected_end: end, restored_at: restored, time_zone: zone } = outage;
  if (restored) return html`<span title=${full(restored, zone)}>${clock(restored, zone)}</span>`;
  if (!end) return html`<span class="muted">${t("desk.end_unknown")}</span>`;
  const between = t("desk.between", { from: clock(end.earliest, zone), to: clock(end.latest, zone) });
  return html`<span title=${full(end.at, zone)}>${clock(end.at, zone)}</span> <span class="muted">${between}</span>`;
}

/** @param {{outage: Outage}} props */
function Unknown({ outage }) {
  const { alarms, complaints } = outage.signs;
  return html`<h2 class="answer-cause">${t("desk.no_outage")}</h2>
    <p class="muted">${complaints ? t("desk.signs_complaints", { n: complaints }) : t("desk.no_complaints_near")}</p>
    ${
      alarms.length
        ? html`<h3>${t("desk.signs")}</h3>
            <ul class="signs">
              ${alarms.map(
                (alarm) =>
                  html`<li key=${alarm.id}>
                    <${Mark} severity=${alarm.severity} /> <span>${alarmType(alarm.alarm_type)}</span>
                    <span>${alarm.site_name ?? alarm.site} <span class="muted">${alarm.site}</span></span>
                    <span class="muted"><${Time} at=${alarm.raised_at} /></span>
                  </li>`,
              )}
            </ul>`
        : html`<p class="muted">${t("desk.no_signs")}</p>`
    }`;
}

/** What may be read out, in the agent's language first.
 * @param {{script: {zh: string[], en: string[]}}} props */
function Script({ script }) {
  /** @type {("zh"|"en")[]} */
  const order = lang() === "zh" ? ["zh", "en"] : ["en", "zh"];
  return html`<div class="scripts" role="group" aria-label=${t("desk.script")}>
    ${order.map(
      (language, n) =>
        html`<blockquote
          key=${language}
          lang=${language === "zh" ? "zh-CN" : "en"}
          class=${n ? "script muted" : "script"}
        >
          ${script[language].map((line) => html`<p>${line}</p>`)}
        </blockquote>`,
    )}
  </div>`;
}
