/**
 * The console's and the desk's words in English.
 */

import { desk } from "./en/desk.js";
import { frame } from "./en/frame.js";
import { network } from "./en/network.js";

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const en = { ...frame, ...network, ...desk };
