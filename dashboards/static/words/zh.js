/**
 * 监控台与投诉台的中文用语。
 */

import { board } from "./zh/board.js";
import { complaints } from "./zh/complaints.js";
import { consent } from "./zh/consent.js";
import { desk } from "./zh/desk.js";
import { frame } from "./zh/frame.js";
import { incident } from "./zh/incident.js";
import { knowledge } from "./zh/knowledge.js";
import { network } from "./zh/network.js";
import { refusals } from "./zh/refusals.js";
import { problems } from "./zh/problems.js";
import { reports } from "./zh/reports.js";
import { shift } from "./zh/shift.js";
import { silences } from "./zh/silences.js";
import { site } from "./zh/site.js";
import { wall } from "./zh/wall.js";
import { watch } from "./zh/watch.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const zh = {
  ...refusals,
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
