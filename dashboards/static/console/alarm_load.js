/**
 * The alarm load as a sentence and a small chart of a day, with the limits drawn that one operator can bear.
 */

import { html, useMemo, useRef } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { useWidth } from "../parts/measures.js";
import { chartOf, loadNow } from "../state/alarm_load.js";

const HEIGHT = 168;
const BESIDE = 152;

/** @param {{load: import("../state/shapes_shift.js").AlarmLoad}} props */
export function AlarmLoad({ load }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const width = Math.max(240, (useWidth(box) || 720) - BESIDE);
  const chart = useMemo(() => chartOf(load, width, HEIGHT), [load, width]);
  const state = loadNow(load);
  const last = load.floods.at(-1);
  const label = t("load.chart", { n: load.floods.length });
  return html`<section class="load" aria-label=${t("load.title")}>
    <h3>${t("load.title")}</h3>
    <p>
      <span class=${state === "right" ? "" : "word-major"}>
        ${state !== "right" && "▲ "}${t(`load.${state}`, { n: load.per_operator_hour, right: load.limits.right, most: load.limits.most })}
      </span>
      <span class="muted"> ${t("load.operators", { n: load.operators })}${dayWords(load)}${last && html` · ${t("load.last_flood", { n: last.alarms })} <${Time} as="ago" at=${last.since} />`}</span>
    </p>
    <div class="load-box" ref=${box}>
      <svg width=${width + BESIDE} height=${HEIGHT + 18} role="img" aria-label=${label}>
        ${chart.unmanned.map(({ x, width: wide }) => html`<rect class="load-unmanned" x=${x} y="0" width=${wide} height=${HEIGHT} />`)}
        ${chart.bars.map((bar) => html`<rect class=${bar.flood ? "load-bar load-flood" : "load-bar"} x=${bar.x} y=${bar.y} width=${bar.width} height=${bar.height} />`)}
        ${chart.limits.map(
          (limit) =>
            html`<line class="load-limit" x1="0" x2=${width} y1=${limit.y} y2=${limit.y} />
              <text class="load-word" x=${width + 8} y=${limit.words} dominant-baseline="middle">${t(`load.limit.${limit.name}`, { n: limit.value })}</text>`,
        )}
        <line class="load-ground" x1="0" x2=${width} y1=${HEIGHT} y2=${HEIGHT} />
        ${chart.hours.map((hour) => html`<text class="load-hour" x=${hour.x} y=${HEIGHT + 14}>${String(hour.hour).padStart(2, "0")}:00</text>`)}
      </svg>
    </div>
    <details class="dense muted"><summary>${t("load.counted")}</summary><p>${load.counted[lang()]}</p></details>
  </section>`;
}

/** The day's mean, and what spoke while nobody was there.
 * @param {import("../state/shapes_shift.js").AlarmLoad} load */
function dayWords({ per_operator_hour_of_day: mean, unmanned_hours: hours, unmanned_alarms: alarms }) {
  const said = mean === null ? [] : [t("load.day", { n: mean })];
  if (hours > 0) said.push(t("load.unmanned", { hours, n: alarms }));
  return said.map((one) => ` · ${one}`).join("");
}
