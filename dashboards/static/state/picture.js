/**
 * An incident as a picture of lanes over time: what stood from when to when, what followed from what, who came.
 */

import { rank } from "/shared/lib/severity.js";
import { isRunningOut } from "./incidents.js";
import { lane } from "./lane.js";
import { bySite, byType } from "./picture_groups.js";
import { lanesOfPeople } from "./picture_people.js";
import { signsOf } from "./signs.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../shapes.js").IncidentOutage} IncidentOutage */
/** @typedef {import("./time_axis.js").Stretch} Stretch */
/** @typedef {"alarm"|"site"|"type"} LaneBy */

/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {import("./lane.js").Span} Span */
/** @typedef {import("./lane.js").Story} Story */
/** @typedef {{from: string, to: string, began: number, at: number}} Link  lanes by key, and the two raises */
/** @typedef {{lanes: Lane[], links: Link[], whole: Stretch, first: Stretch, hidden: number}} Picture */

const ALONE_UP_TO = 24;
const LANES_MOST = 400;
const FUTURE_LEAST = 10 * 60_000;
const FUTURE_SHARE = 4;
const EDGE = 0.03;
const ROOT = "inferred";

/** How the lanes are best told apart: each alarm while they are few, else by site, else by type.
 * @param {Alarm[]} alarms
 * @returns {LaneBy} */
export function laneByFor(alarms) {
  if (alarms.length <= ALONE_UP_TO) return "alarm";
  return new Set(alarms.map((alarm) => alarm.site)).size <= ALONE_UP_TO ? "site" : "type";
}

/** @param {Story} story
 * @param {LaneBy} by
 * @param {number} now
 * @returns {Picture} */
export function pictureOf(story, by, now) {
  const network = by === "alarm" ? lanesOfAlarms(story) : lanesOfFolds(story, by);
  const kept = network.slice(0, LANES_MOST);
  const lanes = [...rootLane(story), ...kept, ...lanesOfPeople(story)];
  const links = linksOf(lanes, story);
  return { lanes, links, hidden: network.length - kept.length, ...stretches(story, now) };
}

/** The lane of a root that nobody reported: from its first consequence on.
 * @param {Story} story
 * @returns {Lane[]} */
function rootLane({ incident }) {
  if (incident.root.kind !== "inferred") return [];
  const { opened_at: from, closed_at: to, severity } = incident;
  const span = spanOf(from, to, severity, "inferred");
  return [
    { ...lane(ROOT, "inferred", incident.root.alarm_type), root: true, spans: [span], site: incident.root.site ?? "" },
  ];
}

/** @param {Story} story
 * @returns {Lane[]} one an alarm: the root, then site by site, each with its outage */
function lanesOfAlarms({ incident, alarms }) {
  const sites = bySite(alarms, incident);
  return [...sites].flatMap(([site, members]) => [
    ...members.map((alarm) => alarmLane(alarm, alarm.id === incident.root.alarm)),
    ...incident.outages.filter((outage) => outage.site === site).map(outageLane),
  ]);
}

/** @param {Alarm} alarm
 * @param {boolean} root
 * @returns {Lane} */
function alarmLane(alarm, root) {
  const made = lane(alarm.id, "alarm", alarm.alarm_type);
  return { ...made, root, ...placeOf(alarm), alarms: [alarm], spans: [spanOfAlarm(alarm)] };
}

/** @param {IncidentOutage} outage
 * @returns {Lane} */
function outageLane(outage) {
  return { ...lane(`outage/${outage.site}`, "outage", outage.site), ...placeOf(outage), outages: [outage] };
}

/** @param {Story} story
 * @param {"site"|"type"} by
 * @returns {Lane[]} one a site or a type, with all that it stands for */
function lanesOfFolds({ incident, alarms }, by) {
  const groups = by === "site" ? bySite(alarms, incident) : byType(alarms, incident);
  const lanes = [...groups].map(([value, members]) => ({
    ...lane(`${by}/${value}`, by, value),
    root: members.some((alarm) => alarm.id === incident.root.alarm),
    ...(by === "site" && members[0] ? placeOf(members[0]) : {}),
    alarms: members,
    spans: united(members),
    outages: by === "site" ? incident.outages.filter((outage) => outage.site === value) : [],
  }));
  if (by === "site" || !incident.outages.length) return lanes;
  return [...lanes, { ...lane("outages", "outage", ""), outages: incident.outages }];
}

/** Where the stretches of one lane's alarms overlap they are one, as bad as the worst of them.
 * @param {Alarm[]} alarms
 * @returns {Span[]} */
function united(alarms) {
  /** @type {Span[]} */
  const spans = [];
  for (const span of alarms.map(spanOfAlarm).sort((a, b) => a.from - b.from)) {
    const last = spans.at(-1);
    if (!last || (last.to !== null && last.to < span.from)) spans.push({ ...span });
    else {
      last.to = last.to === null || span.to === null ? null : Math.max(last.to, span.to);
      if (rank(span.severity) < rank(last.severity)) last.severity = span.severity;
      if (span.look === "sure") last.look = "sure";
    }
  }
  return spans;
}

/** What follows from what, from lane to lane; of a folded lane its first alarm that follows from another lane.
 * @param {Lane[]} lanes
 * @param {Story} story
 * @returns {Link[]} */
function linksOf(lanes, { incident, alarms }) {
  const laneOf = new Map(lanes.flatMap((one) => one.alarms.map((alarm) => [alarm.id, one.key])));
  const raised = new Map(alarms.map((alarm) => [alarm.id, Date.parse(alarm.raised_at)]));
  return lanes.flatMap((one) => {
    for (const alarm of one.alarms) {
      const at = Date.parse(alarm.raised_at);
      const cause = laneOf.get(alarm.cause_alarm ?? "");
      const began = raised.get(alarm.cause_alarm ?? "") ?? Date.parse(incident.opened_at);
      if (cause && cause !== one.key) return [{ from: cause, to: one.key, began, at }];
      if (!cause && incident.root.kind === "inferred") return [{ from: ROOT, to: one.key, began, at }];
    }
    return [];
  });
}

/** All of the time that the incident speaks of, and what of it is shown first: not hours of future beside minutes
 * of past.
 * @param {Story} story
 * @param {number} now
 * @returns {{whole: Stretch, first: Stretch}} */
function stretches({ incident, orders }, now) {
  const from = Date.parse(incident.opened_at);
  const here = incident.closed_at ? Date.parse(incident.closed_at) : now;
  const open = incident.state === "open";
  const ahead = [
    ...incident.outages.filter(isRunningOut).map((outage) => outage.site_down_latest ?? outage.site_down_at),
    ...orders.filter((order) => !order.ended_at).map((order) => order.planned_arrival_at),
  ].map((at) => (at && open ? Date.parse(at) : here));
  const end = Math.max(here, ...ahead);
  const near = end - here <= FUTURE_SHARE * (here - from) ? end : here + Math.max(here - from, FUTURE_LEAST);
  return { whole: withEdges(from, end), first: withEdges(from, Math.min(end, near)) };
}

/** @param {number} from
 * @param {number} to
 * @returns {Stretch} */
function withEdges(from, to) {
  const edge = Math.max(5_000, (to - from) * EDGE);
  return { from: from - edge, to: to + edge };
}

/** @param {Alarm} alarm
 * @returns {Span} */
function spanOfAlarm(alarm) {
  const look = alarm.chattering_since ? "chattering" : signsOf(alarm).includes("silenced") ? "silent" : "sure";
  return spanOf(alarm.raised_at, alarm.cleared_at, alarm.severity, look);
}

/** @param {{site: string|null, site_name: string|null}} at */
function placeOf({ site, site_name: name }) {
  return { site: site ?? "", place: name ?? site ?? "" };
}

/** @param {string} from
 * @param {string|null} to
 * @param {import("../shapes.js").Severity} severity
 * @param {Span["look"]} look
 * @returns {Span} */
function spanOf(from, to, severity, look) {
  return { from: Date.parse(from), to: to ? Date.parse(to) : null, severity, look };
}
