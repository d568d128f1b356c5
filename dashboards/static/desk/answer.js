/**
 * What an agent can say: who calls, which outage it is, since when, what is being done, and when it should be over.
 */

import { html, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock, duration, full, now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Mark, Time } from "../parts/marks.js";
import { nowHasRoom, placesOnLine } from "../state/desk_line.js";
import { alarmType } from "../words/catalogue.js";
import { copyText } from "./copy.js";

/** @typedef {import("../state/shapes_desk.js").Outage} Outage */

const OLD_MS = 75_000;

/** @param {{outage: Outage, asOf: number}} props */
export function Explained({ outage, asOf }) {
  useTick();
  const old = now() - asOf > OLD_MS;
  return html`<div class=${old ? "explained stale" : "explained"}>
    ${old && html`<p class="notice" role="status">${t("desk.answer_old", { time: duration((now() - asOf) / 1000) })}</p>`}
    ${outage.incident ? html`<${Known} outage=${outage} />` : html`<${Unknown} outage=${outage} />`}
  </div>`;
}

/** The one sentence that everything else explains: what is wrong, and until when.
 * @param {{outage: Outage}} props */
export function Sentence({ outage }) {
  if (!outage.incident) return html`<h2 class="answer-cause">${t("desk.no_outage")}</h2>`;
  const over = outage.state === "restored";
  return html`<h2 class="answer-cause">
    <span class=${`severity severity-${over ? "cleared" : "critical"}`} aria-hidden="true">${over ? "✓" : "◆"}</span>
    <span class="answer-words">${sentenceOf(outage)}</span>
  </h2>`;
}

/** @param {Outage} outage */
function sentenceOf({ cause, expected_end: end, restored_at: restored, time_zone: zone }) {
  const what = cause?.[lang()] ?? "";
  if (restored) return t("desk.sentence_over", { what, at: clock(restored, zone) });
  return end ? t("desk.sentence", { what, at: clock(end.at, zone) }) : t("desk.sentence_open", { what });
}

/** @param {{outage: Outage}} props */
function Known({ outage }) {
  const zone = outage.time_zone;
  const over = outage.restored_at !== null;
  const arriving = outage.technician_eta && outage.state !== "on_site" && !over;
  return html`<dl class="answer-facts">
      <div>
        <dt>${t("desk.since")}</dt>
        <dd title=${full(outage.since, zone)}>${clock(outage.since, zone)} <span class="muted">${lasted(outage)}</span></dd>
      </div>
      ${
        !over &&
        html`<div>
          <dt>${t("desk.doing")}</dt>
          <dd>${t(`stage.${outage.state}`)} <span class="muted">${outage.technician?.name ?? ""}</span></dd>
        </div>`
      }
      ${
        arriving &&
        html`<div>
          <dt>${t("desk.arrival")}</dt>
          <dd><${Time} at=${outage.technician_eta} zone=${zone} /></dd>
        </div>`
      }
      <div>
        <dt>${t(over ? "desk.restored" : "desk.end")}</dt>
        <dd><${End} outage=${outage} /></dd>
      </div>
    </dl>
    <${Line} outage=${outage} />`;
}

/** @param {Outage} outage */
function lasted({ since: began, restored_at: restored }) {
  if (!began) return "";
  const until = restored ? Date.parse(restored) : now();
  return duration((until - Date.parse(began)) / 1000);
}

/** @param {{outage: Outage}} props */
function End({ outage }) {
  const { expected_end: end, restored_at: restored, time_zone: zone } = outage;
  if (restored) return html`<span title=${full(restored, zone)}>${clock(restored, zone)}</span>`;
  if (!end) return html`<span class="muted">${t("desk.end_unknown")}</span>`;
  const between = t("desk.between", { from: clock(end.earliest, zone), to: clock(end.latest, zone) });
  return html`<span title=${full(end.at, zone)}>${clock(end.at, zone)}</span> <span class="muted">${between}</span>`;
}

/** The same drawn: how long it has been, and how wide the honest interval is.
 * @param {{outage: Outage}} props */
function Line({ outage }) {
  const { since: began, expected_end: expected, technician_eta: arrival, time_zone: zone } = outage;
  if (!began || !expected) return null;
  const at = placesOnLine({ since: began, now: now(), expected, arrival: outage.state === "on_site" ? null : arrival });
  const percent = (/** @type {number} */ place) => `${place}%`;
  return html`<div class="end-line" aria-hidden="true">
    <div class="end-track">
      <i class="end-passed" style=${{ width: percent(at.now) }}></i>
      <i class="end-between" style=${{ left: percent(at.earliest), width: percent(at.latest - at.earliest) }}></i>
      ${at.arrival !== null && html`<i class="end-arrival" style=${{ left: percent(at.arrival) }}></i>`}
      <i class="end-at" style=${{ left: percent(at.end) }}></i>
      <i class="end-now" style=${{ left: percent(at.now) }}></i>
    </div>
    <span class="end-word" style=${{ left: 0 }}>${clock(began, zone)}</span>
    ${nowHasRoom(at) && html`<span class="end-word end-word-now" style=${{ left: percent(at.now) }}>${t("desk.now")}</span>`}
    <span class="end-word end-word-end" style=${{ left: percent(at.end) }}>${clock(expected.at, zone)}</span>
  </div>`;
}

/** Nobody knows of an outage: what stands around, by the names of places and in words.
 * @param {{outage: Outage}} props */
function Unknown({ outage }) {
  const { alarms, complaints } = outage.signs;
  return html`<p class=${complaints ? "" : "muted"}>
      ${complaints ? t("desk.signs_complaints", { n: complaints }) : t("desk.no_complaints_near")}
    </p>
    ${
      alarms.length
        ? html`<h3>${t("desk.signs")}</h3>
            <ul class="signs">
              ${alarms.map(
                (alarm) =>
                  html`<li key=${alarm.id}>
                    <${Mark} severity=${alarm.severity} /> <span>${alarmType(alarm.alarm_type)}</span>
                    <span>${alarm.site_name ?? alarm.site}</span>
                    <span class="muted"><${Time} as="ago" at=${alarm.raised_at} /></span>
                  </li>`,
              )}
            </ul>`
        : html`<p class="muted">${t("desk.no_signs")}</p>`
    }`;
}

/** What may be read out, in the agent's language first; a key copies that.
 * @param {{script: {zh: string[], en: string[]}}} props */
export function Script({ script }) {
  /** @type {("zh"|"en")[]} */
  const order = lang() === "zh" ? ["zh", "en"] : ["en", "zh"];
  const first = useRef(/** @type {Element|null} */ (null));
  const copy = () => void copyText(script[order[0] ?? "zh"].join("\n"), first);
  useKeys([{ keys: "c", label: "desk.key_copy", run: copy }]);
  return html`<section class="script-around" aria-label=${t("desk.script")}>
    <div class="section-line">
      <h3>${t("desk.script")}</h3>
      <button type="button" class="button button-small button-quiet" onClick=${copy}>${t("desk.copy")} <kbd>c</kbd></button>
    </div>
    <div class="scripts">
      ${order.map(
        (language, n) =>
          html`<blockquote
            key=${language}
            ref=${n ? undefined : first}
            lang=${language === "zh" ? "zh-CN" : "en"}
            class=${n ? "script muted" : "script"}
          >
            ${script[language].map((line) => html`<p key=${line}>${line}</p>`)}
          </blockquote>`,
      )}
    </div>
  </section>`;
}
