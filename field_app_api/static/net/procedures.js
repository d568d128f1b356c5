/** What to do about the faults of each job: fetched while there is a connection, kept for when there is none. */

import { get } from "/shared/lib/api.js";
import { lang } from "/shared/lib/i18n.js";
import { keepProcedures, keptProcedures } from "../store/days.js";

/** @typedef {import("../types.js").Order} Order */
/** @typedef {import("../types.js").KeptProcedures} KeptProcedures */

const FRESH_MS = 3_600_000;

export class Procedures {
  /** @param {string} account @param {() => void} redraw */
  constructor(account, redraw) {
    this.account = account;
    this.redraw = redraw;
    /** @type {Record<string, KeptProcedures>} by order */
    this.kept = {};
    this.busy = false;
    this.closed = false;
  }

  close() {
    this.closed = true;
  }

  async start() {
    this.kept = await keptProcedures(this.account);
  }

  /** @param {Order} order */
  of(order) {
    return this.kept[order.id]?.items ?? [];
  }

  /** Fetches what is missing, old or in the other language, and lets go of orders that are gone. @param {Order[]} orders */
  async learn(orders) {
    if (this.busy) return;
    this.busy = true;
    try {
      const open = orders.filter((order) => !order.ended_at);
      const wanted = open.filter((order) => !this.isFresh(this.kept[order.id]));
      if (wanted.length === 0) return;
      const asked = await Promise.allSettled(wanted.map(async (order) => [order.id, await fetched(order)]));
      const answers = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      if (this.closed || answers.length === 0) return; // no connection, or no longer theirs: what is kept stays, the next day told asks again
      const found = Object.fromEntries(answers);
      const still = Object.fromEntries(open.filter(({ id }) => this.kept[id]).map(({ id }) => [id, this.kept[id]]));
      this.kept = { ...still, ...found };
      await keepProcedures(this.account, this.kept);
      this.redraw();
    } catch {
      // no room for them: they last as long as the page
    } finally {
      this.busy = false;
    }
  }

  /** @param {KeptProcedures | undefined} kept */
  isFresh(kept) {
    return kept !== undefined && kept.language === lang() && Date.now() - kept.at < FRESH_MS;
  }
}

/** @param {Order} order @returns {Promise<KeptProcedures>} */
async function fetched(order) {
  const language = lang();
  const { items } = await get(`/api/v1/work-orders/${encodeURIComponent(order.id)}/procedures`, { language });
  return { language, at: Date.now(), items };
}
