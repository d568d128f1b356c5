/** The bar under a job: the next step in one tap, the way out beside it; where words are needed, it leads to them. */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Thumb } from "../parts/thumb.js";
import { go } from "../parts/hooks.js";
import { inTheWay, NEEDS_WORDS, stepsOf } from "../state/life.js";
import { isAway, sitePlace } from "../state/places.js";

/** @typedef {import("../types.js").ShownOrder} ShownOrder */
/** @typedef {import("../work.js").Work} Work */

/** @param {{work: Work, order: ShownOrder, caption?: unknown}} props */
export function Actions({ work, order, caption }) {
  const steps = stepsOf(order);
  if (steps && order.lead === false) return html`<${Mate} order=${order} />`;
  if (!steps) return html`<${Thumb}><a class="button button-thumb" href="#">${t("do.back")}</a><//>`;
  const other = inTheWay(work.orders, order);
  const first = other && t("order.first", { site: other.site_name ?? other.site });
  return html`<${Thumb} caption=${first || caption}>
    <button class="button" onClick=${() => take(work, order, steps.out)}>${t(`do.${steps.out}`)}</button>
    <button class="button button-primary button-thumb" disabled=${Boolean(other)} onClick=${() => take(work, order, steps.next)}>
      ${t(`do.${steps.next}`)}
    </button>
  <//>`;
}

/** Whoever goes along does not move the job, but may go back from it. @param {{order: ShownOrder}} props */
function Mate({ order }) {
  return html`<${Thumb} caption=${t("order.mate")}>
    <a class="button" href="#">${t("do.back")}</a>
    <button class="button button-thumb" onClick=${() => go(`${order.id}/step-back`)}>${t("do.step_back")}</button>
  <//>`;
}

/** Does the step, or opens the form that it needs. @param {Work} work @param {ShownOrder} order @param {string} to */
function take(work, order, to) {
  if (NEEDS_WORDS.includes(to)) return go(`${order.id}/${to}`);
  if (to === "on_site" && seemsAway(work, order)) return go(`${order.id}/away`);
  navigator.vibrate?.(20);
  void work.step(order, to);
}

/** Far from the site, or nobody knows where: the server wants a reason, so it is asked for now. @param {Work} work @param {ShownOrder} order */
function seemsAway(work, order) {
  const { fix } = work.positions;
  const fence = work.day?.rules.geofence_metres;
  if (!fence) return false;
  return !fix || !("latitude" in work.here()) || isAway(fix, sitePlace(order), fence);
}
