/** Alone at a site: a timer that has somebody look for the technician when it runs out without a sign. */

import { html } from "/vendor/preact.js";
import { useTick } from "/shared/lib/hooks.js";
import { t } from "/shared/lib/i18n.js";
import { clock, duration } from "/shared/lib/time.js";

/** @typedef {import("../work.js").Work} Work */

const MINUTES = [30, 60, 120];

/** @param {{work: Work, order?: string}} props */
export function AloneTimer({ work, order }) {
  const watch = work.watch;
  if (watch) return html`<section><h2>${t("alone.title")}</h2><${RunningTimer} work=${work} /></section>`;
  return html`<section>
    <h2>${t("alone.title")}</h2>
    <p class="muted">${t("alone.what")}</p>
    <div class="pair">
      ${MINUTES.map(
        (minutes) => html`<button class="button" key=${minutes} onClick=${() => void work.startWatch(minutes, order)}>${t("alone.start", { n: minutes })}</button>`,
      )}
    </div>
  </section>`;
}

/** @param {{work: Work}} props */
export function RunningTimer({ work }) {
  const now = useTick();
  const watch = work.watch;
  if (!watch) return null;
  const left = (Date.parse(watch.until) - now) / 1000;
  const again = () => void work.startWatch(60, watch.work_order ?? undefined);
  return html`<div class="banner" role="status">
    <p>${left > 0 ? t("alone.left", { left: duration(left), time: clock(watch.until, work.day?.person.time_zone) }) : t("alone.over")}</p>
    <div class="pair">
      <button class="button" onClick=${again}>${t("alone.well")}</button>
      <button class="button" onClick=${() => void work.endWatch()}>${t("alone.end")}</button>
    </div>
  </div>`;
}
