/**
 * What goes on now: questions that wait for an answer, outages with what is being done, and what is planned.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock, full } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { Countdown, Nothing } from "../parts/marks.js";
import { say } from "../parts/toasts.js";
import { outageGroups } from "../state/tenant.js";
import { weekWords } from "../words/week.js";

/** @typedef {import("../state/shapes_tenant.js").Consent} Consent */
/** @typedef {import("../state/shapes_tenant.js").Outage} Outage */
/** @typedef {import("../state/shapes_tenant.js").Works} Works */

const FIRST = 12;

/** @param {import("./main.js").PartProps} props */
export function Now({ picture, look }) {
  const asked = picture.consents.filter(({ state }) => state === "asked");
  const answered = picture.consents.filter(({ state }) => state !== "asked").slice(0, 5);
  const open = outageGroups(picture.outages);
  const over = picture.outages.filter(({ state }) => state === "restored").slice(0, 10);
  return html`
    ${asked.length > 0 && html`<${Section} title=${t("tenant.consents")}>${asked.map((one) => html`<${Asked} key=${one.id} consent=${one} look=${look} />`)}<//>`}
    <${Section} title=${t("tenant.outages")}>
      ${open.length ? open.map((group) => html`<${OutageItem} key=${group[0]?.id} outage=${group[0]} sites=${group} />`) : html`<${Nothing} title=${t("tenant.no_outage")} />`}
    <//>
    ${picture.works.length > 0 && html`<${Section} title=${t("tenant.works")}>${picture.works.map((one) => html`<${WorksItem} key=${one.id} works=${one} />`)}<//>`}
    ${over.length > 0 && html`<${Section} title=${t("tenant.over")}>${over.map((one) => html`<${OutageItem} key=${one.id} outage=${one} />`)}<//>`}
    ${answered.length > 0 && html`<${Section} title=${t("tenant.answered")}>${answered.map((one) => html`<${Answered} key=${one.id} consent=${one} />`)}<//>`}
  `;
}

/** @param {{title: string, children?: unknown}} props */
export function Section({ title, children }) {
  return html`<section class="tenant-section">
    <h2>${title}</h2>
    ${children}
  </section>`;
}

/** One outage, or several that share all but their site.
 * @param {{outage: Outage, sites?: Outage[]}} props */
export function OutageItem({ outage, sites = [outage] }) {
  const { site, site_name: name, time_zone: zone, state, cause, started_at: since, ended_at: end } = outage;
  const words = { at_risk: "at_risk", down: "down", restored: "well" };
  const several = sites.length > 1;
  const because = t("tenant.because", { cause: cause[lang()] });
  return html`<article class="tenant-item">
    <p class="tenant-item-top">
      <span class=${`tenant-state tenant-state-${words[state]}`}>${t(`tenant.state.${state}`)}</span>
      ${several ? html`<strong>${t("tenant.sites", { n: sites.length })}</strong>` : html`<a href=${`#sites/${encodeURIComponent(site)}`}>${name}</a>`}
      <span class="muted">
        ${state === "restored" && since && end && `${clock(since, zone)} – ${clock(end, zone)}`}
        ${state === "down" && since && html`<${Countdown} at=${since} zone=${zone} going />`}
        ${state === "at_risk" && outage.site_down_at && html`<${Countdown} at=${outage.site_down_at} zone=${zone} />`}
      </span>
    </p>
    <p>${state === "restored" ? because : t("tenant.both", { one: because, other: doing(outage) })}</p>
    ${state !== "restored" && outage.expected_end && html`<p class="muted">${expected(outage.expected_end, zone)}</p>`}
    ${several && html`<${Names} sites=${sites} />`}
  </article>`;
}

/** The sites of several outages as links; those beyond the first few on one click.
 * @param {{sites: Outage[]}} props */
function Names({ sites }) {
  const list = (/** @type {Outage[]} */ some) =>
    html`<ul class="tenant-names">
      ${some.map((one) => html`<li key=${one.id}><a href=${`#sites/${encodeURIComponent(one.site)}`}>${one.site_name}</a></li>`)}
    </ul>`;
  const rest = sites.slice(FIRST);
  return html`${list(sites.slice(0, FIRST))}
    ${rest.length > 0 && html`<details><summary>${t("tenant.and_more", { n: rest.length })}</summary>${list(rest)}</details>`}`;
}

/** @param {Outage} outage */
function doing({ stage, arrival_at: arrival, time_zone: zone }) {
  return arrival ? t(`tenant.stage.${stage}_at`, { time: clock(arrival, zone) }) : t(`tenant.stage.${stage}`);
}

/** @param {import("../state/shapes_tenant.js").Interval} interval
 * @param {string} zone */
function expected({ at, earliest, latest }, zone) {
  const times = { at: clock(at, zone), earliest: clock(earliest, zone), latest: clock(latest, zone) };
  return html`<time datetime=${at} title=${full(at, zone)}>${t("tenant.expected", times)}</time>`;
}

/** @param {{works: Works}} props */
export function WorksItem({ works }) {
  const { kind, title, starts_at: start, ends_at: end, weekly, time_zone: zone, sites } = works;
  const when = weekly ? weekWords(weekly) : end ? `${clock(start, zone)} – ${clock(end, zone)}` : clock(start, zone);
  return html`<article class="tenant-item">
    <p class="tenant-item-top">
      <span>${t(`tenant.works.${kind}`)}</span> ${title && html`<span>${title}</span>`}
      <span class="muted" title=${full(start, zone)}>${when}</span>
    </p>
    <p class="muted">
      ${sites.slice(0, 8).map((site) => site.name).join(t("comma"))}${sites.length > 8 ? ` ${t("tenant.and_more", { n: sites.length - 8 })}` : ""}
    </p>
  </article>`;
}

/** @param {{consent: Consent, look: () => Promise<void>}} props */
function Asked({ consent, look }) {
  const [asking, setAsking] = useState("");
  const { id, site_name: name, time_zone: zone, ticket, text, answer_by: until, version } = consent;
  const answer = async (/** @type {Record<string, string>} */ fields) => {
    const granted = asking === "grant";
    await post(`/api/v1/tenant/consents/${encodeURIComponent(id)}/answer`, { granted, text: fields.text ?? "", version });
    say({ text: t(granted ? "tenant.granted" : "tenant.refused", { name }) });
    await look();
  };
  return html`<article class="tenant-item tenant-question">
    <p class="tenant-item-top">
      <strong>${t("tenant.may_we", { name })}</strong>
      <span class="muted">${ticket} · ${t("tenant.answer_by", { time: clock(until, zone) })}</span>
    </p>
    ${text && html`<p>${text}</p>`}
    <p class="tenant-actions">
      <button class="button button-primary" onClick=${() => setAsking("grant")}>${t("tenant.grant")}</button>
      <button class="button" onClick=${() => setAsking("refuse")}>${t("tenant.refuse")}</button>
    </p>
    ${
      asking &&
      html`<${FormDialog}
        title=${t(`tenant.${asking}_title`, { name })}
        action=${t(`tenant.${asking}`)}
        onClose=${() => setAsking("")}
        onSubmit=${answer}
      >
        <${Field} name="text" label=${t(asking === "grant" ? "tenant.remark" : "tenant.why_not")}>
          <textarea id="field-text" name="text" maxlength="2000" required=${asking === "refuse"}></textarea>
        <//>
      <//>`
    }
  </article>`;
}

/** @param {{consent: Consent}} props */
function Answered({ consent }) {
  const { site_name: name, ticket, state, answered_at: at, answered_by: by, answer_text: text, time_zone: zone } = consent;
  return html`<article class="tenant-item">
    <p class="tenant-item-top">
      <span>${name}</span>
      <span class="muted">${ticket} · ${t(`tenant.consent.${state}`)} ${at && clock(at, zone)} ${state !== "withdrawn" && by}</span>
    </p>
    ${text && html`<p class="muted">${text}</p>`}
  </article>`;
}
