/**
 * A lane of the picture in words: what, where, from when to when, and what else it shows.
 */

import { has, t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { alarmType, resourceName, resourceOf } from "./catalogue.js";
import { reasonWords } from "./reasons.js";

/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").IncidentOutage} IncidentOutage */
/** @typedef {import("../state/lane.js").Lane} Lane */
/** @typedef {{what: string, where: string, from: string, until: string, words: string}} Facts */

const DETAILED = 3;

/** @param {Lane} lane
 * @param {Incident} incident
 * @param {string|null} zone
 * @returns {Facts} */
export function laneFacts(lane, incident, zone) {
  if (lane.kind === "outage") return outageFacts(lane, zone);
  if (lane.kind === "ticket" || lane.kind === "order") return momentFacts(lane, zone);
  const [first] = lane.alarms;
  const from = moment(Math.min(...lane.spans.map((span) => span.from)), zone);
  const stands = lane.spans.some((span) => span.to === null);
  const until = stands ? t("picture.stands") : moment(Math.max(...lane.spans.map((span) => span.to ?? 0)), zone);
  const times = { from, until };
  if (lane.kind === "inferred") {
    const words = t("why.nobody_reported", { reason: reasonWords(incident.root.reason) });
    return { what: alarmType(lane.name), where: resourceName(incident.root.resource), ...times, words };
  }
  if (lane.kind === "alarm" && first) {
    const words = [lane.root ? t("incident.root") : reasonWords(first.cause_reason), resourceOf(first)];
    return { what: alarmType(lane.name), where: lane.place, ...times, words: words.filter(Boolean).join(" · ") };
  }
  return foldFacts(lane, times, zone);
}

/** @param {Lane} lane
 * @param {{from: string, until: string}} times
 * @param {string|null} zone
 * @returns {Facts} */
function foldFacts({ kind, name, place, alarms, outages }, times, zone) {
  const of = outages.map((outage) => outageWords(outage, zone));
  const count = t("alarms_n", { n: alarms.length });
  if (kind === "site") {
    const what = place || name || t("no_site");
    const types = new Set(alarms.map((alarm) => alarmType(alarm.alarm_type)));
    const words = [count, [...types].slice(0, DETAILED).join(t("comma")), ...of].filter(Boolean).join(" · ");
    return { what, where: name === what ? "" : name, ...(alarms.length ? times : { from: "", until: "" }), words };
  }
  const sites = new Set(alarms.map((alarm) => alarm.site)).size;
  return { what: alarmType(name), where: t("at_sites_n", { n: sites }), ...times, words: count };
}

/** @param {Lane} lane
 * @param {string|null} zone
 * @returns {Facts} */
function outageFacts({ outages, place }, zone) {
  const [only] = outages;
  if (only && outages.length === 1) {
    const from = clock(only.started_at ?? only.site_down_at, zone);
    const until = only.started_at && !only.ended_at ? t("picture.stands") : clock(only.ended_at, zone);
    const what = t(only.started_at ? "site.down" : "site.runs_out");
    return { what, where: place || (only.site_name ?? only.site), from, until, words: outageWords(only, zone) };
  }
  const down = outages.filter((outage) => outage.started_at && !outage.ended_at).length;
  const started = outages.flatMap((outage) => outage.started_at ?? []).sort();
  const where = t("at_sites_n", { n: outages.length });
  return { what: t("picture.outages"), where, from: clock(started[0], zone), until: "", words: t("down_n", { n: down }) };
}

/** @param {IncidentOutage} outage
 * @param {string|null} zone */
function outageWords(outage, zone) {
  const { started_at: started, ended_at: ended, site_down_at: expected } = outage;
  if (started && !ended) return t("picture.is_down", { from: clock(started, zone) });
  if (started) return t("picture.was_down", { from: clock(started, zone), to: clock(ended, zone) });
  if (!expected || ended) return "";
  const { site_down_earliest: earliest, site_down_latest: latest, prediction_basis: basis } = outage;
  const by = basis && has(`basis.${basis}`) ? t(`basis.${basis}`) : "";
  const times = { at: clock(expected, zone), earliest: clock(earliest, zone), latest: clock(latest, zone) };
  const words = t(earliest && latest ? "picture.runs_out_between" : "picture.runs_out_at", times);
  return [words, by].filter(Boolean).join(" · ");
}

/** @param {Lane} lane
 * @param {string|null} zone
 * @returns {Facts} */
function momentFacts({ kind, name, place, moments }, zone) {
  const what = kind === "ticket" ? `${t("ticket")} ${name}` : name || t("picture.orders");
  const words = moments.map((one) => `${moment(one.at, zone)} ${momentWord(kind, one.kind)}`).join(t("comma"));
  const until = moments.length > 1 ? moment(moments.at(-1)?.at, zone) : "";
  return { what, where: place, from: moment(moments[0]?.at, zone), until, words };
}

/** @param {string} kind
 * @param {string} state */
export function momentWord(kind, state) {
  const key = kind === "ticket" ? `step.${state}` : `work_order.${state}`;
  return has(key) ? t(key) : state;
}

/** @param {number|undefined} at
 * @param {string|null} zone */
function moment(at, zone) {
  return at === undefined || !Number.isFinite(at) ? "" : clock(new Date(at).toISOString(), zone);
}
