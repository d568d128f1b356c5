/**
 * One call as data: between whom and which places the agent chooses, what is registered, whether it is a repeated call.
 */

/** @typedef {import("./ask.js").Ask} Ask */
/** @typedef {import("./shapes_desk.js").Outage} Outage */
/** @typedef {import("./shapes_desk.js").Customer} Customer */
/** @typedef {{key: string, name: string, detail: string, vip: boolean, ask: Ask}} Option */
/** @typedef {{channel: string, call: string, said: string, category: string, heat: string, answers: Record<string, string>}} Taken  what the agent took down */

/** Between whom, else between which of the customer's places.
 * @param {Outage} outage
 * @param {Customer|null} customer
 * @returns {Option[]} empty where there is no choice */
export function optionsOf(outage, customer) {
  if (outage.customers.length > 1)
    return outage.customers.map(({ id, name, vip, tenant }) =>
      ({ key: id, name, detail: tenant, vip, ask: { customer_id: id } }));
  if (!customer || customer.sites.length < 2) return [];
  return customer.sites.map(({ id, name }) =>
    ({ key: id, name, detail: id, vip: false, ask: { customer_id: customer.id, site: id } }));
}

/** The body of the new complaint: the customer that was found, else what was asked for.
 * @param {Ask} ask
 * @param {Outage} outage
 * @param {Taken} taken */
export function complaintOf(ask, outage, { said, answers, ...taken }) {
  const given = Object.fromEntries(Object.entries(answers).filter(([, value]) => value.trim()));
  const customer = outage.customer ? { customer_id: outage.customer.id } : {};
  return { ...taken, text: said.trim(), answers: given, ...ask, ...customer };
}

/** The body of a contact that comes to no complaint: whom and where the answer was about, as far as is known.
 * @param {Ask} ask
 * @param {Outage} outage
 * @param {{channel: string, call: string, text: string}} taken */
export function answeredOf({ phone = "" }, { customer, site }, taken) {
  return { ...taken, phone, customer_id: customer?.id ?? "", site: site ?? "" };
}

/** The customer's complaint that this call is likely about: an open one of the same outage, else of the same place.
 * @param {Customer|null} customer
 * @param {Outage} outage */
export function openAlready(customer, outage) {
  const open = customer?.complaints.filter(({ state }) => state !== "closed") ?? [];
  const same = open.find(({ incident }) => incident !== null && incident === outage.incident);
  return same ?? open.find(({ site }) => site !== null && site === outage.site) ?? null;
}
