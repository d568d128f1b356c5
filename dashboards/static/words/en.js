/**
 * The console's and the desk's words in English.
 */

import { desk } from "./en/desk.js";
import { frame } from "./en/frame.js";
import { incident } from "./en/incident.js";
import { network } from "./en/network.js";
import { silences } from "./en/silences.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const en = { ...frame, ...network, ...incident, ...silences, ...desk };
