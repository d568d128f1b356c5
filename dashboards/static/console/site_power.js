/**
 * The site page's power picture: what feeds what, where it is interrupted, and until when the battery lasts.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { cssClass, shape } from "/shared/lib/severity.js";
import { useNarrow } from "../parts/measures.js";
import { powerChain } from "../state/site_power.js";
import { narrowPlan, widePlan } from "../state/site_power_plan.js";
import { autonomyWords } from "../words/autonomy.js";
import { alarmType } from "../words/catalogue.js";

/** @typedef {import("../state/site_power.js").Stage} Stage */

/** @param {{site: import("../state/shapes_site.js").SiteDetail}} props */
export function PowerPicture({ site }) {
  const narrow = useNarrow();
  const chain = powerChain(site);
  const plan = (narrow ? narrowPlan : widePlan)(chain);
  const hours = site.battery_hours;
  const said = plan.boxes.map(({ stage }) => `${titleOf(stage)}: ${stateWords(stage, hours)}`).join("; ");
  return html`<section aria-labelledby="site-power">
    <h3 id="site-power">${t("site.power")}</h3>
    <svg class="power" viewBox=${`-2 -2 ${plan.width + 4} ${plan.height + 4}`} role="img" aria-label=${`${t("site.power.label")}. ${said}`}>
      ${plan.wires.map(({ path, live }) => html`<path d=${path} class=${`power-line${live ? " power-live" : ""}`} />`)}
      <path d=${plan.bus.path} class=${`power-bus${plan.bus.live ? " power-live" : ""}`} />
      <text class="power-words" x=${plan.bus.label.x} y=${plan.bus.label.y} text-anchor="middle">${busWords(chain.bus)}</text>
      ${plan.boxes.map((box) => html`<${Box} box=${box} size=${plan.box} hours=${hours} />`)}
    </svg>
  </section>`;
}

/** @param {{box: import("../state/site_power_plan.js").Box, size: {width: number, height: number}, hours: number}} props */
function Box({ box: { stage, x, y }, size, hours }) {
  const { alarm } = stage;
  const wrong = alarm ? ` power-wrong ${cssClass(alarm.severity).replace("severity", "power")}` : "";
  const most = Math.floor(size.width / 8);
  return html`<g transform=${`translate(${x} ${y})`}>
    <title>${`${titleOf(stage)}: ${stateWords(stage, hours)}`}</title>
    <rect class=${`power-box${wrong}`} width=${size.width} height=${size.height} rx="4" />
    <text class="power-name" x="12" y="24">${short(titleOf(stage), most)}</text>
    <text class=${`power-words${alarm ? " power-words-wrong" : ""}`} x="12" y="44">
      ${alarm && html`<tspan class=${cssClass(alarm.severity).replace("severity", "fill")}>${shape(alarm.severity)} </tspan>`}${short(stateWords(stage, hours), most + 4)}
    </text>
  </g>`;
}

/** @param {Stage} stage */
function titleOf({ name, of }) {
  if (name === "load") return of || t("site.power.load");
  return of && name !== "mains" ? `${t(`site.power.${name}`)} ${of}` : t(`site.power.${name}`);
}

/** @param {Stage} stage
 * @param {number} hours that the battery lasts when full */
function stateWords({ name, of, alarm, state, units, figures }, hours) {
  const parts = [alarm ? alarmType(alarm.alarm_type) : t(`site.power.state.${state}`), figures];
  if (name === "battery" && !figures && hours) parts.push(t("site.power.autonomy", { time: autonomyWords(hours) }));
  if (units > 1) parts.push(t("site.power.many", { n: units }));
  if (name === "mains" && !alarm) parts.push(of);
  return parts.filter(Boolean).join(" · ");
}

/** @param {Stage} bus */
function busWords(bus) {
  const worse = bus.alarm ? `${shape(bus.alarm.severity)} ${alarmType(bus.alarm.alarm_type)}` : "";
  return [t("site.power.bus"), worse || (bus.live ? "" : t("site.power.state.off")), bus.figures].filter(Boolean).join(" · ");
}

/** As much of a text as there is room for; a Chinese character takes the room of two.
 * @param {string} text
 * @param {number} most */
function short(text, most) {
  let room = most;
  for (let place = 0; place < text.length; place++) {
    room -= text.charCodeAt(place) > 0x2e7f ? 1.7 : 1;
    if (room < 0) return `${text.slice(0, place).trimEnd()}…`;
  }
  return text;
}
