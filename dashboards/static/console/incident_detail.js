/**
 * One incident: what it is, which sites it takes and who gets there when, its picture over time, and why it is one.
 */

import { html, useEffect, useMemo } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { Countdown, Mark, Nothing, Time } from "../parts/marks.js";
import { useSame } from "../parts/use_same.js";
import { crewsElsewhere, rooted, siteLines } from "../state/incidents.js";
import { searchOf } from "../state/route.js";
import { alarmType, incidentTitle, placeOf, resourceName } from "../words/catalogue.js";
import { reasonWords } from "../words/reasons.js";
import { AnnouncedHere } from "./announcements_here.js";
import { ClaimLine } from "./claim.js";
import { corrector } from "./incident_actions.js";
import { Causes } from "./incident_causes.js";
import { Corrections } from "./incident_corrections.js";
import { useIncident } from "./incident_fetch.js";
import { Picture } from "./incident_picture.js";
import { Sites } from "./incident_sites.js";
import { Story } from "./incident_story.js";
import { NoTicket } from "./no_ticket.js";
import { ProblemsHere } from "./problem_here.js";
import { ProcedureHere } from "./procedure_here.js";
import { SimilarFaults } from "./similar.js";
import { SituationReports } from "./situation_reports.js";
import { TicketLine } from "./ticket_line.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {any} props.board
 * @param {number} props.revision
 * @param {boolean} props.silent  nothing of it speaks because a person wanted it so
 * @param {import("/shared/lib/api.js").User} props.user
 * @param {(permission: string) => boolean} props.may
 * @param {string} props.chosen  an alarm; kept when the incident becomes part of another
 * @param {(alarm: string) => void} props.onChoose
 * @param {string} props.followed  the incident that was looked at until it became part of this one
 * @param {(id: string) => void} props.onMerged  called with the incident of which this one has become part
 */
export function IncidentDetail({ id, board, revision, silent, user, may, chosen, onChoose, followed, onMerged }) {
  useTick();
  const { incident, fetched, problem, fetchAnew, alarms, story, root } = useStory(id, board, revision);
  const merged = incident?.merged_into;
  useEffect(() => {
    if (merged) onMerged(merged);
  }, [merged]);
  if (!incident || !story || !root)
    return html`<div class="detail"><${Nothing} title=${problem || t("loading.incident")} /></div>`;
  const ticket = board.items("ticket").get(incident.ticket) ?? fetched?.tickets?.at(-1) ?? null;
  const zone = incident.time_zone ?? story.alarms[0]?.time_zone ?? null;
  const correct = corrector(id, user.name, fetched?.corrections ?? [], async () => (await fetchAnew()).corrections);
  const mayCorrect = may("act_on_alarms");
  return html`<article class="detail detail-incident" aria-labelledby="incident-title" tabindex="0">
    <header class="detail-head">
      <p class="back"><a href=${searchOf({ view: "incidents" })}>← ${t("incidents.by_urgency")}</a></p>
      <h2 id="incident-title"><${Mark} severity=${incident.severity} only /> ${incidentTitle(incident, board)}</h2>
      <p class="muted"><${Facts} incident=${incident} /></p>
      <p><${RootWords} incident=${incident} board=${board} /></p>
      <${Said} alarm=${alarms.get(incident.root.alarm ?? "")} />
      ${incident.state === "open" && html`<${ClaimLine} incident=${id} board=${board} user=${user} may=${may} />`}
      ${followed && html`<p class="notice" role="status">${t("merged_here", { id: followed })}</p>`}
    </header>
    ${
      ticket
        ? html`<${TicketLine} ticket=${ticket} may=${may} board=${board} />`
        : user.region && incident.ticket && fetched
          ? html`<p class="muted">${t("incident.ticket_beyond", { id: incident.ticket })}</p>`
          : incident.state === "open" &&
            html`<${NoTicket} incident=${incident} alarms=${story.alarms} silent=${silent} may=${may} board=${board} />`
    }
    <${Sites}
      lines=${siteLines(incident, story.orders, now())}
      elsewhere=${crewsElsewhere(incident, story.orders)}
      beyond=${incident.elsewhere ?? 0}
      cause=${incident.root.site}
      board=${board}
    />
    <${AnnouncedHere} site=${incident.root.site} board=${board} />
    <${SituationReports} of="incidents" id=${id} board=${board} may=${may} />
    <${Picture} story=${story} zone=${zone} chosen=${chosen} onChoose=${onChoose} />
    <${ProblemsHere}
      incident=${id}
      ticket=${incident.ticket}
      sites=${sitesBehind(incident)}
      alarmType=${incident.root.alarm_type}
      board=${board}
      may=${may}
    />
    <${ProcedureHere} at=${id} alarmType=${incident.root.alarm_type} />
    <${SimilarFaults} incident=${id} />
    <${Causes}
      incident=${incident}
      alarms=${alarms}
      root=${root}
      unheard=${fetched?.unheard ?? []}
      bound=${Boolean(user.region)}
      board=${board}
      mayCorrect=${mayCorrect}
      corrector=${correct}
      chosen=${chosen}
      onChoose=${onChoose}
    />
    <${Corrections}
      corrections=${fetched?.corrections ?? []}
      incident=${id}
      zone=${zone}
      mayCorrect=${mayCorrect}
      corrector=${correct}
    />
    <${Story} moments=${story.moments} alarms=${alarms} />
  </article>`;
}

/** The incident as it stands now with all that hangs on it; the same objects while nothing of it has moved.
 * @param {string} id
 * @param {any} board
 * @param {number} revision */
function useStory(id, board, revision) {
  const live = board.items("incident").get(id);
  const open = useSame(useMemo(() => openOrders(live?.ticket, board), [live?.ticket, revision]));
  const standing = useMemo(() => standingOf(id, board), [id, revision]);
  const { fetched, problem, fetchAnew } = useIncident(id, versionsOf(live, open, standing));
  const incident = /** @type {Incident|undefined} */ (live ?? fetched);
  const alarms = useSame(useMemo(() => alarmsNow(fetched?.alarms ?? [], board), [fetched, revision]));
  const story = useMemo(
    () =>
      incident && {
        incident,
        alarms: [...alarms.values()],
        tickets: fetched?.tickets ?? [],
        orders: withEnded(open, fetched?.work_orders ?? []),
        moments: fetched?.timeline ?? [],
      },
    [incident, alarms, open, fetched],
  );
  const root = useMemo(() => incident && rooted(incident, fetched?.tree ?? []), [incident, fetched]);
  return { incident, fetched, problem, fetchAnew, alarms, story, root };
}

/** @param {string|null|undefined} ticket
 * @param {any} board
 * @returns {WorkOrder[]} */
function openOrders(ticket, board) {
  return ticket ? [...board.items("work_order").values()].filter((order) => order.ticket === ticket) : [];
}

/** How many of its alarms stand: when one clears, its incident need not change.
 * @param {string} id
 * @param {any} board */
function standingOf(id, board) {
  let count = 0;
  for (const alarm of board.items("alarm").values()) if (alarm.incident === id) count += 1;
  return count;
}

/** @param {Incident|undefined} live
 * @param {WorkOrder[]} orders
 * @param {number} standing */
function versionsOf(live, orders, standing) {
  return [live?.version, standing, ...orders.map((order) => order.version)].join();
}

/** @param {WorkOrder[]} open as they stand now
 * @param {WorkOrder[]} fetched
 * @returns {WorkOrder[]} the open ones, and those that had ended when they were fetched */
function withEnded(open, fetched) {
  return [...open, ...fetched.filter((order) => order.ended_at)];
}

/** The fetched alarms, each as it stands now.
 * @param {Alarm[]} fetched
 * @param {any} board
 * @returns {Map<string, Alarm>} */
function alarmsNow(fetched, board) {
  return new Map(fetched.map((alarm) => [alarm.id, board.items("alarm").get(alarm.id) ?? alarm]));
}

/** Where its cause lies: its root's site; of a feeder, the sites that it takes.
 * @param {Incident} incident
 * @returns {string[]} */
function sitesBehind({ root, outages }) {
  return root.site ? [root.site] : outages.map(({ site }) => site);
}

/** @param {{incident: Incident}} props */
function Facts({ incident }) {
  return html`${incident.id} · ${t(`incident.${incident.state}`)} · ${
    incident.closed_at
      ? html`<${Time} at=${incident.opened_at} /> – <${Time} at=${incident.closed_at} />`
      : html`<${Countdown} at=${incident.opened_at} going />`
  } · <a href=${searchOf({ view: "alarms", text: incident.id })}>
      ${t("alarms_n", { n: incident.alarm_count })}
    </a>
    ${incident.merged_into && html` · <a href=${searchOf({ view: "incidents", id: incident.merged_into })}>${t("merged_into", { id: incident.merged_into })}</a>`}`;
}

/** @param {{incident: Incident, board: any}} props */
function RootWords({ incident, board }) {
  const { root } = incident;
  const place = root.site ? `${placeOf(incident, board)} · ${resourceName(root.resource)}` : resourceName(root.resource);
  const words = t(`root.${root.kind}`, { type: alarmType(root.alarm_type), place });
  return html`${words} ${root.reason && html`<span class="muted">${reasonWords(root.reason)}</span>`}`;
}

/** What the root's own alarm says, and why it may have no ticket.
 * @param {{alarm: Alarm|undefined}} props */
function Said({ alarm }) {
  return html`${alarm?.text && html`<p class="muted">${alarm.text}</p>`}
  ${alarm?.baseline && html`<p class="muted">${t("alarm.baseline")}: ${t("alarm.baseline_means")}</p>`}`;
}
