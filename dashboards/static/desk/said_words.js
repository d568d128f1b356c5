/**
 * By which channel something was said and what came of it, in words; what an agent or a program named itself stays so.
 */

import { has, t } from "/shared/lib/i18n.js";

/** @param {string} channel */
export function channelWord(channel) {
  return has(`channel.${channel}`) ? t(`channel.${channel}`) : channel;
}

/** @param {string} outcome */
export function outcomeWord(outcome) {
  return has(`outcome.${outcome}`) ? t(`outcome.${outcome}`) : outcome;
}
