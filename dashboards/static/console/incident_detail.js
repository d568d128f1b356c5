/**
 * One incident: what it is, which sites it takes and who gets there when, why it is one incident, and its story.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { has, t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Mark, Nothing, Time } from "../parts/marks.js";
import { rooted, siteLines } from "../state/incidents.js";
import { searchOf } from "../state/route.js";
import { foldStory } from "../state/story.js";
import { alarmType, incidentTitle, refusalSentence, resourceName } from "../words/catalogue.js";
import { reasonWords } from "../words/reasons.js";
import { AlarmTree } from "./incident_tree.js";
import { Sites } from "./incident_sites.js";
import { TicketLine } from "./ticket_line.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */

const TIMELINE_MOST = 60;

/**
 * @param {object} props
 * @param {string} props.id
 * @param {any} props.board
 * @param {number} props.revision
 * @param {(permission: string) => boolean} props.may
 */
export function IncidentDetail({ id, board, revision, may }) {
  useTick();
  const live = board.items("incident").get(id);
  const orders = useMemo(() => openOrders(live?.ticket, board), [live?.ticket, revision]);
  const { fetched, problem } = useFetched(id, [live?.version, ...orders.map((order) => order.version)].join());
  const incident = /** @type {Incident|undefined} */ (live ?? fetched);
  const alarms = useMemo(() => alarmsNow(fetched?.alarms ?? [], board), [fetched, revision]);
  if (!incident) return html`<div class="detail"><${Nothing} title=${problem || t("loading.incident")} /></div>`;
  const ticket = board.items("ticket").get(incident.ticket) ?? fetched?.tickets?.at(-1) ?? null;
  return html`<article class="detail detail-incident" aria-labelledby="incident-title" tabindex="0">
    <header class="detail-head">
      <h2 id="incident-title"><${Mark} severity=${incident.severity} only /> ${incidentTitle(incident, board)}</h2>
      <p class="muted"><${Facts} incident=${incident} /></p>
      <p><${RootWords} incident=${incident} board=${board} /></p>
      <${Said} alarm=${alarms.get(incident.root.alarm ?? "")} />
    </header>
    ${ticket && html`<${TicketLine} ticket=${ticket} may=${may} board=${board} />`}
    <${Sites} lines=${siteLines(incident, withEnded(orders, fetched?.work_orders ?? []))} board=${board} />
    <section>
      <h3>${t("incident.why", { n: incident.alarm_count })}</h3>
      <${AlarmTree} incident=${incident} alarms=${alarms} root=${rooted(incident, fetched?.tree ?? [])} />
    </section>
    <${Story} moments=${fetched?.timeline ?? []} alarms=${alarms} />
  </article>`;
}

/** @param {string|null|undefined} ticket
 * @param {any} board
 * @returns {WorkOrder[]} */
function openOrders(ticket, board) {
  return ticket ? [...board.items("work_order").values()].filter((order) => order.ticket === ticket) : [];
}

/** @param {WorkOrder[]} open as they stand now
 * @param {WorkOrder[]} fetched
 * @returns {WorkOrder[]} the open ones, and those that had ended when they were fetched */
function withEnded(open, fetched) {
  return [...open, ...fetched.filter((order) => order.ended_at)];
}

/** The incident with all that hangs on it, fetched anew whenever something of it has moved.
 * @param {string} id
 * @param {string} versions */
function useFetched(id, versions) {
  const [fetched, setFetched] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const leaving = new AbortController();
    get(`/api/v1/incidents/${encodeURIComponent(id)}`, {}, leaving.signal)
      .then(setFetched)
      .catch((error) => leaving.signal.aborted || setProblem(refusalSentence(error)));
    return () => leaving.abort();
  }, [id, versions]);
  return { fetched, problem };
}

/** The fetched alarms, each as it stands now.
 * @param {Alarm[]} fetched
 * @param {any} board
 * @returns {Map<string, Alarm>} */
function alarmsNow(fetched, board) {
  return new Map(fetched.map((alarm) => [alarm.id, board.items("alarm").get(alarm.id) ?? alarm]));
}

/** @param {{incident: Incident}} props */
function Facts({ incident }) {
  return html`${incident.id} · ${t(`incident.${incident.state}`)} · ${t("since")}${" "}
    <${Time} at=${incident.opened_at} /> ${" · "}<a href=${searchOf({ view: "alarms", text: incident.id })}>
      ${t("alarms_n", { n: incident.alarm_count })}
    </a>
    ${incident.merged_into && html` · <a href=${searchOf({ view: "incidents", id: incident.merged_into })}>${t("merged_into", { id: incident.merged_into })}</a>`}`;
}

/** @param {{incident: Incident, board: any}} props */
function RootWords({ incident, board }) {
  const { root } = incident;
  const site = board.items("site").get(root.site);
  const place = root.site ? `${site?.name ?? root.site} · ${root.resource}` : resourceName(root.resource);
  const words = t(`root.${root.kind}`, { type: alarmType(root.alarm_type), place });
  return html`${words} ${root.reason && html`<span class="muted">${reasonWords(root.reason)}</span>`}`;
}

/** What the root's own alarm says, and why it may have no ticket.
 * @param {{alarm: Alarm|undefined}} props */
function Said({ alarm }) {
  return html`${alarm?.text && html`<p class="muted">${alarm.text}</p>`}
  ${alarm?.baseline && html`<p class="muted">${t("alarm.baseline")}: ${t("alarm.baseline_means")}</p>`}`;
}

/** @param {{moments: import("../state/story.js").Moment[], alarms: ReadonlyMap<string, Alarm>}} props oldest first; shown newest first */
function Story({ moments, alarms }) {
  const lines = useMemo(() => foldStory(moments), [moments]);
  return html`<section class="detail-story">
    <h3>${t("incident.story")}</h3>
    <ol class="story">
      ${lines.slice(0, TIMELINE_MOST).map(
        (one) =>
          html`<li>
            <span class="muted"><${Time} at=${one.at} /></span><span>${momentWords(one, alarms)}</span>
          </li>`,
      )}
      ${lines.length > TIMELINE_MOST && html`<li class="muted">${t("more_n", { n: lines.length - TIMELINE_MOST })}</li>`}
    </ol>
  </section>`;
}

/** @param {import("../state/story.js").Line} one
 * @param {ReadonlyMap<string, Alarm>} alarms */
function momentWords(one, alarms) {
  if (one.n > 1) return t(`moment.many.${one.kind}`, { n: one.n });
  const alarm = alarms.get(one.id);
  const text = alarm ? `${alarm.site_name ?? alarm.site ?? ""} ${alarmType(alarm.alarm_type)}` : one.text;
  const by = one.actor ? t("by", { who: one.actor }) : "";
  const key = `moment.${one.object}.${one.kind}`;
  return t(has(key) ? key : "moment.other", { id: one.id, text, by }).trim();
}
