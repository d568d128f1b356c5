/**
 * The console's and the desk's words in English.
 */

import { board } from "./en/board.js";
import { complaints } from "./en/complaints.js";
import { consent } from "./en/consent.js";
import { desk } from "./en/desk.js";
import { frame } from "./en/frame.js";
import { incident } from "./en/incident.js";
import { knowledge } from "./en/knowledge.js";
import { network } from "./en/network.js";
import { problems } from "./en/problems.js";
import { reports } from "./en/reports.js";
import { shift } from "./en/shift.js";
import { silences } from "./en/silences.js";
import { site } from "./en/site.js";
import { wall } from "./en/wall.js";
import { watch } from "./en/watch.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const en = {
  ...frame,
  ...network,
  ...incident,
  ...silences,
  ...desk,
  ...watch,
  ...site,
  ...board,
  ...shift,
  ...wall,
  ...reports,
  ...problems,
  ...knowledge,
  ...complaints,
  ...consent,
};
