/** What was before: visits at this site, what happened with this job, and why it came to me. */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { Fold } from "../parts/fold.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */

/** @param {{order: ShownOrder}} props */
export function Visits({ order }) {
  const visits = order.history ?? [];
  if (visits.length === 0) return null;
  return html`<${Fold} title=${t("past.visits")} count=${visits.length} open=${Boolean(order.repeats)}>
    ${order.repeats ? html`<p class="urgent">${t("past.repeats", { n: order.repeats })}</p>` : null}
    <ul class="rows">
      ${visits.map(
        (visit) => html`<li class="row row-top" key=${visit.at}>
          <time class="row-time muted">${clock(visit.at, order.time_zone)}</time>
          <span class="row-main">
            ${typeof visit.summary === "string" ? visit.summary : visit.summary[lang()]}
            ${visit.cause && html`<br />${visit.cause}`}${visit.result && html`<br />${visit.result}`}
            ${visit.technician_name && html`<br /><span class="muted">${visit.technician_name}</span>`}
          </span>
        </li>`,
      )}
    </ul>
  <//>`;
}

/** @param {{order: ShownOrder}} props */
export function Story({ order }) {
  const steps = [
    ["offered", order.offered_at],
    ["accepted", order.accepted_at],
    ["en_route", order.en_route_at],
    ["on_site", order.on_site_at],
    [order.state, order.ended_at],
  ].filter(([, at]) => at);
  return html`<${Fold} title=${t("past.story")}>
    <ul class="story">
      ${steps.map(([state, at]) => html`<li key=${state}><time class="muted">${clock(at, order.time_zone)}</time> ${t(`state.${state}`)}</li>`)}
    </ul>
    ${order.explanation.why && html`<p class="muted">${whyMe(order.explanation.why)}</p>`}
  <//>`;
}

/** @param {import("../types.js").Why} why */
function whyMe(why) {
  const from = t(why.from === "position" ? "why.from_position" : "why.from_home");
  return t("why.soonest", { minutes: Math.round(why.minutes), km: why.km.toFixed(1), from, rank: why.rank, of: why.of });
}
