/**
 * The incident view: all that are open by urgency on the left, the one that is looked at on the right.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Mark, Nothing, Time } from "../parts/marks.js";
import { useFirst } from "../parts/use_first.js";
import { incidentOrder, isDown, nextDown } from "../state/incidents.js";
import { SHAPES } from "../state/signs.js";
import { silentIncidents } from "../state/silences.js";
import { searchOf } from "../state/route.js";
import { incidentsOf } from "../state/urgency.js";
import { ClaimMark } from "./claim.js";
import { IncidentDetail } from "./incident_detail.js";
import { incidentTitle } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const REORDER_MS = 10_000;
const MOST = 500;

/** @param {ViewProps} props */
export function Incidents({ board, revision, route, go, user, may }) {
  const time = useTick();
  const [chosen, setChosen] = useState("");
  const [followed, setFollowed] = useState({ from: "", to: "" });
  const silent = useMemo(() => silentIncidents(board.sorted.items), [revision]);
  const incidents = useMemo(() => {
    const all = [...board.items("incident").values()].sort(incidentOrder(time, silent));
    return incidentsOf(route.state, all, silent, board.items("work_order").values(), time);
  }, [revision, route.state, Math.floor(time / REORDER_MS)]);
  const first = useFirst(incidents, (one) => one.id);
  const id = route.id || first;
  useSteps(incidents, id, (to) => go({ view: "incidents", id: to, state: route.state }, true));
  /** @param {string} to */
  const follow = (to) => {
    setFollowed({ from: id, to });
    go({ view: "incidents", id: to }, true);
  };
  if (!board.loaded) return html`<${Nothing} title=${t("loading.incidents")} />`;
  if (!incidents.length && !route.id && route.state)
    return html`<${Nothing} title=${t("incidents.none_of_these")}>
      <a class="button" href=${searchOf({ view: "incidents" })}>${t("incidents.all")}</a>
    <//>`;
  if (!incidents.length && !route.id)
    return html`<${Nothing} title=${t("empty.incidents")} hint=${t("empty.incidents.hint")} />`;
  return html`<section class=${route.id ? "split split-opened" : "split"} aria-label=${t("view.incidents")}>
    <ol class="side" aria-label=${t("incidents.by_urgency")} tabindex="0">
      ${route.state && html`<li class="side-filter">${t(`incidents.${route.state}`, { n: incidents.length })} <a href=${searchOf({ view: "incidents" })}>${t("incidents.all")}</a></li>`}
      ${incidents.slice(0, MOST).map((incident) => html`<${IncidentLine} key=${incident.id} incident=${incident} board=${board} here=${incident.id === id} silent=${silent.has(incident.id)} state=${route.state} user=${user} />`)}
      ${incidents.length > MOST && html`<li class="side-more muted">${t("more_n", { n: incidents.length - MOST })}</li>`}
    </ol>
    <${IncidentDetail}
      key=${id}
      id=${id}
      board=${board}
      revision=${revision}
      silent=${silent.has(id)}
      user=${user}
      may=${may}
      chosen=${chosen}
      onChoose=${setChosen}
      followed=${followed.to === id ? followed.from : ""}
      onMerged=${follow}
    />
  </section>`;
}

/** @param {{incident: Incident, board: any, here: boolean, silent: boolean, state: string, user: import("/shared/lib/api.js").User}} props */
function IncidentLine({ incident, board, here, silent, state, user }) {
  const down = incident.outages.filter(isDown).length;
  const next = nextDown(incident);
  return html`<li>
    <a
      class=${`line${here ? " line-here" : ""}${silent ? " row-quiet" : ""}`}
      href=${searchOf({ view: "incidents", id: incident.id, state })}
      aria-current=${here ? "true" : undefined}
    >
      <span class="line-top">
        <${Mark} severity=${incident.severity} only />
        <span class="line-title">${incidentTitle(incident, board)}</span>
        <span class="muted"><${Time} at=${incident.opened_at} /></span>
      </span>
      <span class="line-facts">
        <${ClaimMark} claim=${board.items("claim").get(incident.id)} user=${user} />
        ${silent && html`<span>${SHAPES.silenced} ${t("incident.silent")}</span>`}
        ${incident.root.kind === "inferred" && html`<span>◇ ${t("incident.inferred")}</span>`}
        ${down > 0 && html`<span>${t("down_n", { n: down })}</span>`}
        ${next < Infinity && html`<span>${t(next < now() ? "site.overdue" : "next_down")} <${Countdown} at=${new Date(next).toISOString()} going /></span>`}
        <span>${t("alarms_n", { n: incident.alarm_count })}</span>
        ${incident.ticket && html`<span>${incident.ticket}</span>`}
        ${incident.state !== "open" && html`<span>${t(`incident.${incident.state}`)}</span>`}
      </span>
    </a>
  </li>`;
}

/** @param {{id: string}[]} items
 * @param {string} id
 * @param {(id: string) => void} look */
function useSteps(items, id, look) {
  /** @param {number} by */
  const step = (by) => {
    const place = items.findIndex((item) => item.id === id) + by;
    const next = items[Math.max(0, Math.min(items.length - 1, place))];
    if (next) look(next.id);
  };
  useKeys([
    { keys: "j", label: "key.down", run: () => step(1) },
    { keys: "k", label: "key.up", run: () => step(-1) },
  ]);
}
