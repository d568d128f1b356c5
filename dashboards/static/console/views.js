/**
 * The console's views as one list: the key that leads to each, what is counted beside its name, and its code, which is
 * fetched when it is first looked at.
 */

import { lazy } from "../parts/lazy.js";

/**
 * @typedef {object} ViewProps
 * @property {import("../state/board.js").Board} board
 * @property {number} revision  of the board, for memos
 * @property {import("../state/route.js").Route} route
 * @property {(route: Partial<import("../state/route.js").Route>, quietly?: boolean) => void} go  quietly: no step back to it
 * @property {import("/shared/lib/api.js").User} user
 * @property {(permission: string) => boolean} may
 */

/**
 * @typedef {object} View
 * @property {string} letter  after g; none for what is only reached from elsewhere
 * @property {string} [collection]  of the board, counted in the tab
 * @property {string} [permission]  without which there is no tab
 * @property {(props: ViewProps) => unknown} Component
 */

/** Keyed by the names of state/route.js, which has their order.
 * @type {Record<string, View>} */
export const VIEW_OF = {
  alarms: { letter: "a", collection: "alarm", Component: lazy(() => import("./alarms.js").then((m) => m.Alarms)) },
  incidents: {
    letter: "i",
    collection: "incident",
    Component: lazy(() => import("./incidents.js").then((m) => m.Incidents)),
  },
  site: { letter: "", Component: lazy(() => import("./site_page.js").then((m) => m.SiteView)) },
  map: { letter: "m", Component: lazy(() => import("./map.js").then((m) => m.MapView)) },
  tickets: { letter: "t", collection: "ticket", Component: lazy(() => import("./tickets.js").then((m) => m.Tickets)) },
  work: { letter: "w", collection: "work_order", Component: lazy(() => import("./work.js").then((m) => m.Work)) },
  emergency: {
    letter: "e",
    collection: "emergency",
    Component: lazy(() => import("./emergency.js").then((m) => m.EmergencyView)),
  },
  shift: { letter: "l", permission: "lead_shift", Component: lazy(() => import("./shift.js").then((m) => m.Shift)) },
  handover: {
    letter: "h",
    permission: "hand_over",
    Component: lazy(() => import("./handover.js").then((m) => m.HandoverView)),
  },
  silences: { letter: "s", collection: "silence", Component: lazy(() => import("./silences.js").then((m) => m.Silences)) },
  announcements: {
    letter: "n",
    Component: lazy(() => import("./announcements.js").then((m) => m.Announcements)),
  },
  system: { letter: "y", permission: "view_system", Component: lazy(() => import("./system.js").then((m) => m.System)) },
  problems: { letter: "p", collection: "problem", Component: lazy(() => import("./problems.js").then((m) => m.Problems)) },
  procedures: { letter: "k", Component: lazy(() => import("./procedures.js").then((m) => m.Procedures)) },
  reports: {
    letter: "r",
    permission: "view_reports",
    Component: lazy(() => import("./reports.js").then((m) => m.Reports)),
  },
};
