/**
 * The complaint desk's beginning.
 */

import { start } from "../parts/start.js";
import { Desk } from "./desk.js";

start({
  title: "title.desk",
  permission: "view_outage_context",
  collections: { complaint: {} },
  App: Desk,
  elsewhere: { text: "refused.desk", href: "/", link: "open_console" },
});
