/**
 * What the console follows: each list with the live topic that keeps it true.
 */

/** @type {import("../state/board.js").Collections} */
export const COLLECTIONS = {
  alarm: { path: "/api/v1/alarms", params: { state: "active" }, keep: (alarm) => alarm.state === "active" },
  incident: { path: "/api/v1/incidents", keep: (incident) => incident.state === "open" },
  ticket: { path: "/api/v1/tickets", keep: (ticket) => !["closed", "cancelled", "rejected"].includes(ticket.state) },
  need: { path: "/api/v1/needs", keep: (need) => need.state === "open" },
  waiting_need: { path: "/api/v1/waiting-needs" },
  work_order: { path: "/api/v1/work-orders", keep: (order) => order.ended_at === null },
  silence: { path: "/api/v1/silences", keep: (silence) => silence.ended_at === null },
  technician: { path: "/api/v1/technicians" },
  site: { path: "/api/v1/sites", topic: "inventory" },
  link: { path: "/api/v1/links", topic: "inventory" },
};
