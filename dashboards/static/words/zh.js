/**
 * 监控台与投诉台的中文用语。
 */

import { desk } from "./zh/desk.js";
import { frame } from "./zh/frame.js";
import { incident } from "./zh/incident.js";
import { network } from "./zh/network.js";
import { silences } from "./zh/silences.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const zh = { ...frame, ...network, ...incident, ...silences, ...desk };
