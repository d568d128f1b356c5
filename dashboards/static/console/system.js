/**
 * The system itself: one sentence on top, what wants a look with what to do, then each part and how it does.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { duration, now } from "/shared/lib/time.js";
import { Countdown, Nothing } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { findings } from "../state/system.js";
import { AlarmLoad } from "./alarm_load.js";
import { Collectors, Database, Feeds, serviceName, Services } from "./system_parts.js";

/** @typedef {import("../state/shapes_shift.js").SystemState} SystemState */
/** @typedef {import("../state/system.js").Finding} Finding */

const AGAIN_MS = 10_000;

/** @param {import("./views.js").ViewProps} _props */
export function System(_props) {
  const { data, problem } = useFetched("/api/v1/system", { everyMs: AGAIN_MS });
  const system = /** @type {SystemState|null} */ (data);
  if (!system) return html`<${Nothing} title=${problem || t("loading.system")} />`;
  const found = findings(system, now());
  return html`<section class="view-system" aria-label=${t("view.system")}>
    <header class="detail-head">
      <h2>${found.length ? t("system.wants", { n: found.length }) : t("system.well")}</h2>
      <p class="muted dense">${problem ? html`<span class="word-major">${problem}</span> ` : ""}${t("system.as_of")} <${Countdown} at=${system.at} /></p>
    </header>
    ${found.length > 0 && html`<ul class="findings">${found.map((one) => html`<${FindingLine} key=${`${one.what}/${Object.values(one.values)[0]}`} finding=${one} />`)}</ul>`}
    <div class="system-parts">
      <${Services} services=${system.services} />
      <${Collectors} collectors=${system.collectors} />
      <${Feeds} feeds=${system.feeds} />
      <${Database} database=${system.database} live=${system.live} />
    </div>
    <${AlarmLoad} load=${system.alarm_load} />
  </section>`;
}

/** @param {{finding: Finding}} props */
function FindingLine({ finding: { what, grave, values } }) {
  const services = String(values.services ?? "").split(",").map(serviceName).join(t("comma"));
  const said = { ...values, services, time: duration(Number(values.seconds ?? 0)) };
  return html`<li>
    <span class=${grave ? "word-critical" : "word-major"} aria-hidden="true">${grave ? "◆" : "▲"}</span>
    <p>
      ${t(`finding.${what}`, said)} <span class="muted">${t(`todo.${what}`, said)}</span>
    </p>
  </li>`;
}
