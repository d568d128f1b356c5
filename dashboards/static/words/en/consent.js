/**
 * Words of what tenants say on a ticket: consent to a generator, agreement to its end.
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const consent = {
  "consent.title": "Tenants' consent to a generator",
  "consent.ask": "Ask a tenant",
  "consent.ask_title": "{id}: ask a tenant whether a generator may run",
  "consent.means": "Until the answer the restore clock and the site's arrive clocks wait; without one in time they run on.",
  "consent.tenant": "Tenant",
  "consent.answer_within": "To answer within",
  "consent.text": "Note (the tenant reads it; optional)",
  "consent.done": "{tenant} was asked; the clocks wait.",
  "consent.asked": "to answer by",
  "consent.granted": "Granted",
  "consent.refused": "Refused",
  "consent.withdrawn": "Withdrawn",
  "consent.withdraw": "Withdraw",
  "agreement.agreed": "{tenant} agrees that it is done",
  "agreement.objects": "{tenant} objects: {reason}",
};
