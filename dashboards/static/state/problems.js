/**
 * Problems without a screen: which come first, where each can go, which concern a fault, and what a new one begins with.
 */

import { liesIn as isWithin } from "./emergencies.js";

/** @typedef {import("./shapes_problems.js").Offer} Offer */
/** @typedef {import("./shapes_problems.js").Problem} Problem */
/** @typedef {import("./shapes_problems.js").ProblemState} ProblemState */
/** @typedef {import("./shapes_report.js").Fact} Fact */
/** @typedef {import("./shapes_report.js").Item} Item */
/** @typedef {{id: string, grouped_by: string}} ReportSeen */

const MOST_SITES = 50;
/** As it is moved: the usual way on first.
 * @type {Record<ProblemState, ProblemState[]>} */
const NEXT = {
  open: ["known_error", "resolved", "closed"],
  known_error: ["resolved", "open", "closed"],
  resolved: ["open"],
  closed: ["open"],
};
/** What has to be said to come there.
 * @type {Record<ProblemState, ("cause"|"workaround"|"solution"|"reason")[]>} */
export const SAID = {
  open: ["reason"],
  known_error: ["cause", "workaround"],
  resolved: ["cause", "solution"],
  closed: ["reason"],
};

/** @param {Problem} problem
 * @returns {ProblemState[]} */
export function movesOf({ state }) {
  return NEXT[state];
}

/** What a move is called: a known error that is opened again was not known after all.
 * @param {Problem} problem
 * @param {ProblemState} to */
export function moveName({ state }, to) {
  return state === "known_error" && to === "open" ? "doubted" : to;
}

/** @param {Problem} problem */
export function isStanding({ ended_at }) {
  return ended_at === null;
}

/** Whether all of it lies where somebody decides: everywhere where they have no region.
 * @param {Problem} problem
 * @param {string} region */
export function liesIn({ regions }, region) {
  return !region || regions.every((one) => isWithin(one, region));
}

/** Those whose cause nobody knows first; of them what cost customers and crews most, then what happened last.
 * @param {Problem} a
 * @param {Problem} b */
export function byWeight(a, b) {
  return (
    Number(a.state === "known_error") - Number(b.state === "known_error") ||
    b.complaints - a.complaints ||
    b.faults - a.faults ||
    b.last_at.localeCompare(a.last_at)
  );
}

/** @param {Problem} a
 * @param {Problem} b */
export function byEnd(a, b) {
  return (b.ended_at ?? "").localeCompare(a.ended_at ?? "");
}

/** @typedef {{incident?: string|null, ticket?: string|null, sites: string[], alarmType?: string}} Fault */
/** @typedef {{problem: Problem, linked: boolean, sameType: boolean}} Concerns */

/** The problems that concern a fault: those that it is linked to; those of its type at its site; and what is known of
 * its site whatever the type. What tells the crew what to do stands first.
 * @param {Iterable<Problem>} problems
 * @param {Fault} fault
 * @returns {Concerns[]} */
export function concerning(problems, { incident, ticket, sites, alarmType }) {
  return [...problems]
    .filter(isStanding)
    .map((problem) => {
      const here = problem.sites.some((site) => sites.includes(site));
      return {
        problem,
        linked: problem.incidents.includes(incident ?? "") || problem.tickets.includes(ticket ?? ""),
        sameType: here && problem.shares === "type" && problem.shared === alarmType,
        ofSite: here && problem.shares !== "type" && problem.state === "known_error",
      };
    })
    .filter(({ linked, sameType, ofSite }) => linked || sameType || ofSite)
    .sort((a, b) => Number(b.problem.state === "known_error") - Number(a.problem.state === "known_error"))
    .map(({ problem, linked, sameType }) => ({ problem, linked, sameType }));
}

/** Whether a report's row is one that a problem may be behind.
 * @param {ReportSeen} report
 * @param {Item} item */
export function offersProblem({ id }, item) {
  if (id === "bad_sites") return item.faults > 0;
  if (id === "repeats") return item.hits > 0;
  return id === "complaints" && item.wants_problem === true;
}

/** What a problem from a report's row begins with: the sites where the fault came back, and that fault.
 * @param {ReportSeen} report
 * @param {Item} item
 * @param {(Fact & Record<string, any>)[]} facts of the row; a report that lists none has it all in the row
 * @returns {Offer} */
export function offerOf({ id }, item, facts) {
  if (id === "bad_sites") return { sites: [item.id], alarmType: item.alarm_type ?? "", report: id };
  const counting = facts.filter((fact) => (id === "complaints" ? fact.wants_problem : fact.ok));
  const alarmType = mostOf(counting.map((fact) => fact.alarm_type ?? ""));
  const alike = counting.filter((fact) => (fact.alarm_type ?? "") === alarmType);
  const sites = alike.map((fact) => fact.fault_site ?? fact.site).filter(Boolean);
  return {
    sites: byCount(sites).slice(0, MOST_SITES),
    alarmType,
    incidents: [...new Set(alike.map((fact) => (id === "complaints" ? fact.incident : fact.object)).filter(Boolean))],
    report: id,
  };
}

/** The ids that somebody types, told apart: incidents begin with I.
 * @param {string[]} ids
 * @returns {{tickets: string[], incidents: string[]}} */
export function linksOf(ids) {
  const isIncident = (/** @type {string} */ id) => /^I\d/i.test(id);
  return {
    tickets: ids.filter((id) => !isIncident(id)),
    incidents: ids.filter(isIncident).map((id) => id.toUpperCase()),
  };
}

/** @param {string[]} values
 * @returns {string} the one that occurs most; "" where there is none */
function mostOf(values) {
  return byCount(values)[0] ?? "";
}

/** @param {string[]} values
 * @returns {string[]} each once, the most frequent first */
function byCount(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
}
