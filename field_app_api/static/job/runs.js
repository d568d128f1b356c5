/** The generator's run at this site: started, fuelled, stopped; it is the proof that is paid for. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration, since } from "/shared/lib/time.js";

/** @param {{order: import("../types.js").ShownOrder}} props */
export function Runs({ order }) {
  const runs = order.runs ?? [];
  if (!order.kinds.includes("generator") && runs.length === 0) return null;
  const running = runs.some((run) => !run.stopped_at);
  return html`<section>
    <h2>${t("run.title")}</h2>
    <ul class="rows">
      ${runs.map(
        (run) => html`<li class="row" key=${run.id}>
          <span class="row-main">
            ${clock(run.started_at, order.time_zone)} – ${run.stopped_at ? clock(run.stopped_at, order.time_zone) : t("run.running")}
          </span>
          <span>${run.stopped_at ? "" : duration(since(run.started_at))} ${run.fuel_litres ? `${run.fuel_litres} L` : ""}</span>
        </li>`,
      )}
    </ul>
    ${!order.ended_at &&
    html`<nav class="pair">
      <a class="button" href=${`#${order.id}/run-${running ? "stop" : "start"}`}>${t(running ? "run.stop" : "run.start")}</a>
      <a class="button" href=${`#${order.id}/run-fuel`}>${t("run.fuel")}</a>
    </nav>`}
  </section>`;
}
