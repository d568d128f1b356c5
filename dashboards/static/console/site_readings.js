/**
 * The site page's readings: one series as a chart with its limits, over as long as one wants to look back.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Chart } from "../parts/chart.js";
import { useKeys } from "../parts/keys.js";
import { useFetched } from "../parts/use_fetched.js";
import { figure } from "../state/site_power.js";
import { chartable, extremes, withGaps } from "../state/site_series.js";
import { resourceName } from "../words/catalogue.js";

/** @typedef {import("../state/shapes_site.js").Reading} Reading */

const HOUR_MS = 3_600_000;
/** How far one looks back, in hours, as the URL names it. */
const SPANS = /** @type {Record<string, number>} */ ({ "1h": 1, "24h": 24, "7d": 168, "30d": 720 });
const USUAL = "24h";
const AGAIN_MS = 60_000;
const POINTS = 360;

/** @param {{site: import("../state/shapes_site.js").SiteDetail, chosen: string, onChoose: (id: string) => void,
 *   span: string, onSpan: (span: string) => void}} props */
export function Readings({ site, chosen, onChoose, span: asked, onSpan }) {
  const span = asked in SPANS ? asked : USUAL;
  useKeys(Object.keys(SPANS).map((one, n) => ({ keys: String(n + 1), label: `site.look_back.${one}`, run: () => onSpan(one) })));
  const all = chartable(site.readings);
  const reading = all.find(({ id }) => id === chosen) ?? all[0];
  return html`<section aria-labelledby="site-readings">
    <div class="site-part-head">
      <h3 id="site-readings">${t("site.readings")}</h3>
      ${
        reading &&
        html`<${Pick} all=${all} chosen=${reading.id} onChoose=${onChoose} />
          <div class="chips" role="group" aria-label=${t("site.span")}>
            ${Object.keys(SPANS).map(
              (one, n) =>
                html`<button key=${one} class="chip" title=${n + 1} aria-pressed=${one === span} onClick=${() => onSpan(one)}>${t(`site.span.${one}`)}</button>`,
            )}
          </div>`
      }
    </div>
    ${
      reading
        ? html`<${OneSeries} key=${`${reading.id} ${span}`} site=${site} reading=${reading} hours=${SPANS[span]} />`
        : html`<p class="muted">${t("site.readings.none")}</p>`
    }
  </section>`;
}

/** @param {{all: Reading[], chosen: string, onChoose: (id: string) => void}} props */
function Pick({ all, chosen, onChoose }) {
  return html`<select class="site-pick" aria-label=${t("site.readings.choose")} value=${chosen} onChange=${(/** @type {any} */ event) => onChoose(event.target.value)}>
    ${all.map((one) => html`<option key=${one.id} value=${one.id}>${titleOf(one)}</option>`)}
  </select>`;
}

/** @param {Reading} reading */
export function titleOf(reading) {
  const metric = [reading.words[lang()], reading.label !== reading.words.en && reading.label, reading.qualifier !== reading.label && reading.qualifier];
  return t("site.readings.of", { metric: metric.filter(Boolean).join(" "), resource: resourceName(reading.resource) });
}

/** @param {{site: import("../state/shapes_site.js").SiteDetail, reading: Reading, hours: number}} props */
function OneSeries({ site, reading, hours }) {
  const { resource, metric, qualifier, unit } = reading;
  const [begun] = useState(() => new Date(now() - hours * HOUR_MS).toISOString());
  const { data, problem } = useFetched(`/api/v1/sites/${encodeURIComponent(site.id)}/readings`, {
    params: { resource, metric, qualifier, from: begun, points: POINTS },
    everyMs: AGAIN_MS,
  });
  const series = /** @type {import("../state/shapes_site.js").Series|null} */ (data);
  const columns = useMemo(() => series && withGaps(series), [series]);
  if (!series || !columns) return html`<p class="chart muted">${problem || t("loading")}</p>`;
  const found = extremes(columns);
  const say = (/** @type {number} */ value) => figure(value, unit);
  if (!found) return html`<p class="chart muted">${t("site.readings.nothing")}</p>`;
  const summary = t("site.readings.summary", {
    metric: titleOf(reading),
    last: say(found.last),
    low: say(found.low),
    high: say(found.high),
  });
  const limits = series.limits.map(({ kind, value }) => ({ value, words: t(`site.limit.${kind}`, { value: say(value) }) }));
  return html`<p class="chart-title muted">${summary}</p>
    <${Chart}
      columns=${columns}
      from=${Date.parse(series.from) / 1000}
      to=${Date.parse(series.to) / 1000}
      limits=${limits}
      zone=${site.time_zone}
      say=${say}
      label=${summary}
    />`;
}
