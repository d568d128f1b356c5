/**
 * The complaint desk's beginning.
 */

import { start } from "../parts/start.js";
import { isKept } from "../state/desk_queue.js";
import { Desk } from "./desk.js";

start({
  title: "title.desk",
  permission: "view_outage_context",
  collections: { complaint: { keep: isKept } },
  App: Desk,
  elsewhere: { text: "refused.desk", href: "/", link: "open_console" },
});
