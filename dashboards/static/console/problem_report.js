/**
 * The way from a report's row to a problem: the row's facts are fetched when they are wanted, and fill in the dialog.
 */

import { html } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { sayRefusal } from "../parts/toasts.js";
import { offerOf, offersProblem } from "../state/problems.js";

/** @typedef {import("../state/shapes_problems.js").Offer} Offer */
/** @typedef {import("../state/shapes_report.js").Item} Item */
/** @typedef {import("../state/shapes_report.js").Report} Report */

/** Nothing where the row wants none.
 * @param {{report: Report, asked: import("./reports.js").Asked, item: Item, name: string, onOffer: (offer: Offer) => void}} props */
export function ProblemFromRow({ report, asked, item, name, onOffer }) {
  if (!offersProblem(report, item)) return null;
  const begin = async () => {
    const { period: _, ...params } = asked;
    const path = `/api/v1/reports/${report.id}/facts`;
    const given = { ...params, from: report.from, until: report.until, group: item.id };
    const facts = report.which ? (await get(path, given)).items : [];
    onOffer(offerOf(report, item, facts));
  };
  return html`<button
    class="button button-small button-quiet"
    aria-label=${t("problem.from_row", { name })}
    onClick=${() => void begin().catch(sayRefusal)}
  >
    ${t("problem.row")}…
  </button>`;
}
