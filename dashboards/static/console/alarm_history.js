/**
 * What was heard of one alarm and noted about it, and why it stands as it does: in front of the list, on one key.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { duration, full } from "/shared/lib/time.js";
import { Dialog } from "../parts/dialog.js";
import { Mark } from "../parts/marks.js";
import { historyLines } from "../state/history.js";
import { searchOf } from "../state/route.js";
import { alarmType, qualifierOf, refusalSentence, resourceName } from "../words/catalogue.js";
import { reasonWords } from "../words/reasons.js";
import { signSentences } from "./incident_signs.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../state/history.js").HistoryLine} HistoryLine */

const MOST = 100;

/** @param {{alarm: Alarm, onClose: () => void}} props */
export function AlarmHistory({ alarm, onClose }) {
  const { lines, more, problem } = useHistory(alarm);
  const what = [alarmType(alarm.alarm_type), qualifierOf(alarm)].filter(Boolean).join(" ");
  const where = [alarm.site_name ?? alarm.site, resourceName(alarm.resource)].filter(Boolean).join(" · ");
  return html`<${Dialog} title=${t("alarm.history_of", { what })} onClose=${onClose} wide>
    <p>${where}</p>
    ${sentences(alarm).map((words) => html`<p class="muted">${words}</p>`)}
    ${alarm.incident && html`<p><a href=${searchOf({ view: "incidents", id: alarm.incident })}>${t("to_incident", { id: alarm.incident })}</a></p>`}
    ${problem && html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    <${Lines} lines=${lines} zone=${alarm.time_zone} />
    ${more && html`<p class="muted">${t("alarm.history_more", { n: MOST })}</p>`}
    <div class="form-actions"><button class="button" autofocus onClick=${onClose}>${t("close")}</button></div>
  <//>`;
}

/** @param {Alarm} alarm */
function sentences(alarm) {
  return [reasonWords(alarm.cause_reason), ...signSentences(alarm)].filter(Boolean);
}

/** @param {{lines: HistoryLine[]|null, zone: string|null}} props */
function Lines({ lines, zone }) {
  if (!lines) return html`<p class="muted">${t("loading")}</p>`;
  return html`<ol class="history" tabindex="0" aria-label=${t("alarm.history")}>
    ${lines.map(
      (line) =>
        html`<li>
          <time datetime=${line.at}>${full(line.at, zone).slice(0, 19)}</time>
          ${line.comment ? html`<${Noted} comment=${line.comment} />` : line.heard && html`<${Said} heard=${line.heard} late=${line.late} />`}
        </li>`,
    )}
  </ol>`;
}

/** @param {{heard: import("../state/history.js").Heard, late: number}} props */
function Said({ heard, late }) {
  return html`<${Mark} severity=${heard.severity} />
    <span>
      ${heard.text} ${heard.count > 1 && html`<span class="muted">×${heard.count}</span>`}
      ${late > 0 && html` <span class="muted">${t("alarm.heard_late", { time: duration(late) })}</span>`}
    </span>
    <span class="muted">${heard.source}</span>`;
}

/** @param {{comment: import("../state/history.js").Comment}} props */
function Noted({ comment }) {
  return html`<span class="muted">${t("alarm.comment")}</span><span>${comment.text}</span>
    <span class="muted">${comment.actor}</span>`;
}

/** Fetched anew when the alarm changes.
 * @param {Alarm} alarm
 * @returns {{lines: HistoryLine[]|null, more: boolean, problem: string}} */
function useHistory({ id, version }) {
  const [told, setTold] = useState({ lines: /** @type {HistoryLine[]|null} */ (null), more: false, problem: "" });
  useEffect(() => {
    const leaving = new AbortController();
    const path = `/api/v1/alarms/${encodeURIComponent(id)}`;
    Promise.all([
      get(`${path}/history`, { limit: MOST }, leaving.signal),
      get(path, {}, leaving.signal),
    ])
      .then(([events, { comments }]) =>
        setTold({ lines: historyLines(events.items, comments), more: events.next !== null, problem: "" }),
      )
      .catch((error) => leaving.signal.aborted || setTold({ lines: [], more: false, problem: refusalSentence(error) }));
    return () => leaving.abort();
  }, [id, version]);
  return told;
}
