/**
 * The NOC console's beginning.
 */

import { start } from "../parts/start.js";
import { App } from "./app.js";
import { COLLECTIONS } from "./collections.js";

start({
  title: "title.console",
  permission: "view_network",
  collections: COLLECTIONS,
  App,
  elsewhere: { text: "refused.console", href: "/desk", link: "open_desk" },
});
