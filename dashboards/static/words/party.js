/**
 * Whose fault 故障责任方: the parties that a ticket can be closed with, and what they are called.
 */

import { t } from "/shared/lib/i18n.js";

const PARTIES = ["own", "tenant", "power_company", "transmission_provider", "landlord", "third_party", "nature"];

const TENANT = "tenant:";

/** A tenant whose name is known goes by it: `tenant:<name>`.
 * @param {string} party
 * @returns {string} */
export function partyWords(party) {
  if (party.startsWith(TENANT)) return t("party.tenant_named", { name: party.slice(TENANT.length) });
  return PARTIES.includes(party) ? t(`party.${party}`) : party;
}

/** The parties to choose from, with what is proposed among them.
 * @param {string} proposed
 * @returns {string[]} */
export function partiesWith(proposed) {
  return !proposed || PARTIES.includes(proposed) ? PARTIES : [proposed, ...PARTIES];
}
