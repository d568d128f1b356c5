/**
 * What happened in an incident, line by line, the newest first.
 */

import { html, useMemo } from "/vendor/preact.js";
import { has, t } from "/shared/lib/i18n.js";
import { Time } from "../parts/marks.js";
import { foldStory } from "../state/story.js";
import { alarmType } from "../words/catalogue.js";
import { actorWords, noteWords } from "../words/notes.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

const MOST = 60;

/** @param {{moments: import("../state/story.js").Moment[], alarms: ReadonlyMap<string, Alarm>}} props oldest first */
export function Story({ moments, alarms }) {
  const lines = useMemo(() => foldStory(moments), [moments]);
  return html`<section class="detail-story">
    <h3>${t("incident.story")}</h3>
    <ol class="story">
      ${lines.slice(0, MOST).map(
        (one) =>
          html`<li>
            <span class="muted"><${Time} at=${one.at} /></span><span>${momentWords(one, alarms)}</span>
          </li>`,
      )}
      ${lines.length > MOST && html`<li class="muted">${t("more_n", { n: lines.length - MOST })}</li>`}
    </ol>
  </section>`;
}

/** @param {import("../state/story.js").Line} one
 * @param {ReadonlyMap<string, Alarm>} alarms */
function momentWords(one, alarms) {
  if (one.n > 1) return t(`moment.many.${one.kind}`, { n: one.n });
  const alarm = alarms.get(one.id);
  const said = one.kind === "commented" ? `· ${one.text}` : "";
  const text = alarm ? `${alarm.site_name ?? alarm.site ?? ""} ${alarmType(alarm.alarm_type)} ${said}` : noteWords(one.text);
  const by = one.actor ? t("by", { who: one.actor_name ?? actorWords(one.actor) }) : "";
  const key = `moment.${one.object}.${one.kind}`;
  return t(has(key) ? key : "moment.other", { id: one.id, text, by }).trim();
}
