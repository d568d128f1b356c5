/**
 * What the console follows: each list with the live topic that keeps it true.
 */

import { getKept } from "/shared/lib/api.js";
import { SiteTable } from "../state/site_table.js";

/** A hundred thousand sites, and their links, in one answer.
 * @param {AbortSignal} [signal] */
async function loadSites(signal) {
  return new SiteTable(await getKept("/api/v1/map/sites", signal));
}

/** @type {import("../state/board.js").Collections} */
export const COLLECTIONS = {
  alarm: { snapshot: true, keep: (alarm) => alarm.state === "active" },
  incident: { snapshot: true, keep: (incident) => incident.state === "open" },
  ticket: { snapshot: true, keep: (ticket) => !["closed", "cancelled", "rejected"].includes(ticket.state) },
  need: { snapshot: true, keep: (need) => need.state === "open" },
  waiting_need: { snapshot: true },
  work_order: { snapshot: true, keep: (order) => order.ended_at === null },
  silence: { snapshot: true, keep: (silence) => silence.ended_at === null },
  clock: { path: "/api/v1/clocks", keep: (clock) => clock.stopped_at === null },
  day_plan: { path: "/api/v1/day-plans" },
  pause: { path: "/api/v1/pauses", keep: (pause) => pause.ended_at === null },
  sos: { path: "/api/v1/sos", keep: (call) => call.ended_at === null },
  watch: { path: "/api/v1/watches" },
  emergency: { path: "/api/v1/emergencies", keep: (one) => one.ended_at === null },
  claim: { path: "/api/v1/claims", keep: (claim) => claim.ended_at === null },
  announcement: { path: "/api/v1/announcements", keep: (one) => one.withdrawn_at === null },
  handover: { path: "/api/v1/handovers", keep: (one) => one.state !== "signed" },
  problem: { path: "/api/v1/problems", keep: (one) => one.ended_at === null },
  situation_report: {}, // what is sent while one looks
  consent: {}, // what tenants are asked and say while one looks
  agreement: {},
  procedure: {}, // what is written while one looks
  technician: { snapshot: true },
  site: { load: loadSites, topic: "inventory" },
};
