/**
 * 监控台与投诉台的中文用语。
 */

import { desk } from "./zh/desk.js";
import { frame } from "./zh/frame.js";
import { network } from "./zh/network.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const zh = { ...frame, ...network, ...desk };
