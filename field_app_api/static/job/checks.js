/** The checklist of this kind of job, and the readings that are asked for: typed, or photographed. */

import { html, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { PhotoInput } from "../parts/photo_input.js";

/** @typedef {import("../types.js").AskedReading} AskedReading */
/** @typedef {import("../types.js").Check} Check */
/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

/** What was last said of it. @param {ShownOrder} order @param {string} kind @param {string} name */
function last(order, kind, name) {
  return (order.records ?? []).filter((record) => record.kind === kind && record.name === name).at(-1);
}

/** How many checks that must be made were not. @param {ShownOrder} order */
export function missingChecks(order) {
  return (order.checks ?? []).filter((check) => check.required && !last(order, "check", check.name)).length;
}

/** @param {{order: ShownOrder, work: Work}} props */
export function Checks({ order, work }) {
  const checks = order.checks ?? [];
  if (checks.length === 0) return null;
  const made = checks.filter((check) => last(order, "check", check.name)).length;
  return html`<section>
    <h2>${t("checks.title")} <span class="muted">${made}/${checks.length}</span></h2>
    <ul class="rows">${checks.map((check) => html`<${CheckRow} key=${check.name} check=${check} order=${order} work=${work} />`)}</ul>
  </section>`;
}

/** @param {{check: Check, order: ShownOrder, work: Work}} props */
function CheckRow({ check, order, work }) {
  const value = last(order, "check", check.name)?.value;
  const words = check.words[lang()];
  /** @param {boolean} well */
  const say = (well) => void work.record(order, [{ kind: "check", name: check.name, value: well }]);
  return html`<li class="row">
    <span class="row-main">${words}${check.required && html` <span class="muted">${t("checks.required")}</span>`}</span>
    <span class="yes-no" role="group" aria-label=${words}>
      <button class="button" aria-pressed=${value === true} onClick=${() => say(true)}>${t("checks.well")}</button>
      <button class="button" aria-pressed=${value === false} onClick=${() => say(false)}>${t("checks.not_well")}</button>
    </span>
  </li>`;
}

/** @param {{order: ShownOrder, work: Work}} props */
export function Readings({ order, work }) {
  const asked = order.asked_readings ?? [];
  if (asked.length === 0) return null;
  return html`<section>
    <h2>${t("readings.title")}</h2>
    ${asked.map((reading) => html`<${ReadingRow} key=${reading.name} reading=${reading} order=${order} work=${work} />`)}
  </section>`;
}

/** @param {{reading: AskedReading, order: ShownOrder, work: Work}} props */
function ReadingRow({ reading, order, work }) {
  const kept = last(order, "reading", reading.name);
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const text = typed ?? (kept?.value === null || kept?.value === undefined ? "" : String(kept.value));
  const value = Number(text.trim().replace(",", "."));
  const readable = text.trim() !== "" && Number.isFinite(value);
  const id = `reading-${reading.name}`;
  const save = () => {
    if (typed === null || !readable || value === kept?.value) return;
    void work.record(order, [{ kind: "reading", name: reading.name, value, unit: reading.unit }]);
    setTyped(null);
  };
  /** @param {string} photo */
  const photographed = (photo) => void work.record(order, [{ kind: "reading", name: reading.name, value: null, unit: reading.unit, photo }]);
  const problem = readable ? outside(reading, value) : text.trim() ? t("readings.no_number") : "";
  return html`<div class="reading">
    <label for=${id}>${reading.words[lang()]}</label>
    <span class="reading-value">
      <input
        id=${id} inputmode="decimal" autocomplete="off" value=${text} aria-describedby=${`${id}-range`}
        aria-invalid=${problem ? "true" : undefined} onChange=${save}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => setTyped(currentTarget.value)}
      />
      <span class="muted">${reading.unit}</span>
    </span>
    <${PhotoInput} work=${work} order=${order} kind="reading" name=${reading.name} quiet label=${t("readings.photo")} onPhoto=${photographed} />
    <p class=${problem ? "problem" : "muted"} id=${`${id}-range`}>
      ${problem || (kept?.photo ? t("readings.photographed") : range(reading))}
    </p>
  </div>`;
}

/** @param {AskedReading} reading */
function range({ low, high, unit }) {
  if (low === null && high === null) return "";
  return t("readings.range", { low: low ?? "…", high: high ?? "…", unit });
}

/** @param {AskedReading} reading @param {number} value */
function outside(reading, value) {
  const { low, high } = reading;
  const out = (low !== null && value < low) || (high !== null && value > high);
  return out ? t("readings.outside", { range: range(reading) }) : "";
}
