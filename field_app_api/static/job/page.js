/** One job: the fault in plain words, is it mended, what matters in this state first; one primary action at the bottom. */

import { html } from "/vendor/preact.js";
import { useTick } from "/shared/lib/hooks.js";
import { lang, t } from "/shared/lib/i18n.js";
import { Unsent, Urgency, Worst } from "../parts/marks.js";
import { Actions } from "./actions.js";
import { Alarms, Mended, standing } from "./alarms.js";
import { AloneTimer } from "./alone.js";
import { Checks, Readings } from "./checks.js";
import { FirstSteps, KnownErrors, People } from "./help.js";
import { Story, Visits } from "./past.js";
import { Photos } from "./photos.js";
import { ProceduresOf } from "./procedure.js";
import { Refused } from "./refused.js";
import { Runs } from "./runs.js";
import { Way } from "./way.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

/** @typedef {(props: {order: ShownOrder, work: Work}) => unknown} Part */
/** What stands first in which state. @type {Part[]} */
const ON_SITE = [KnownErrors, FirstSteps, ProceduresOf, Checks, Readings, Photos, Runs, Alarms, AloneHere, People, Way, Visits, Story];
/** @type {Part[]} */
const BEFORE = [Way, Alarms, KnownErrors, FirstSteps, ProceduresOf, Visits, People, Photos, Story];
/** @type {Part[]} */
const AFTER = [Alarms, Photos, Story, Visits];

/** @param {{order: ShownOrder, work: Work}} props */
export function JobPage({ order, work }) {
  const parts = order.ended_at ? AFTER : order.state === "on_site" ? ON_SITE : BEFORE;
  return html`<main class="page page-job">
    <${Head} order=${order} work=${work} />
    <${Refused} work=${work} items=${order.aside} />
    ${parts.map((Part) => html`<${Part} order=${order} work=${work} />`)}
    <${Actions} work=${work} order=${order} caption=${caption(order)} />
  </main>`;
}

/** @param {{order: ShownOrder, work: Work}} props */
function Head({ order, work }) {
  const now = useTick();
  return html`<div class="job-head">
    <p class="job-state">
      <strong>${t(`state.${order.state}`)}</strong>
      <span class="muted">${order.id} · ${t("priority", { n: order.priority })} · ${order.kinds.map((kind) => t(`kind.${kind}`)).join(" · ")}</span>
      <${Unsent} order=${order} />
    </p>
    <h1><${Worst} order=${order} /> ${order.fault[lang()]}</h1>
    <p class="site">${order.site_name ?? order.site} <span class="muted">${order.site}</span></p>
    <${Urgency} order=${order} now=${now} />
    <${Mended} order=${order} work=${work} />
    ${order.asked_to_return_at && !order.ended_at && html`<p class="notice">${t("order.return")}</p>`}
    ${order.state === "withdrawn" && html`<p class="notice">${t("order.withdrawn", { why: order.reason })}</p>`}
  </div>`;
}

/** What to know before the next tap. @param {ShownOrder} order */
function caption(order) {
  if (order.state !== "on_site") return null;
  return standing(order) > 0 ? t("alarms.still", { n: standing(order) }) : t("alarms.done_now");
}

/** @param {{order: ShownOrder, work: Work}} props */
function AloneHere({ order, work }) {
  return html`<${AloneTimer} work=${work} order=${order.id} />`;
}
