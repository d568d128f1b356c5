/**
 * What the agent may say and give for a category, and by when the customer must have heard and be helped.
 */

import { html } from "/vendor/preact.js";
import { lang, t } from "/shared/lib/i18n.js";
import { term, unitWord } from "./care.js";

/** @typedef {import("../state/shapes_desk.js").Category} Category */

/** @param {{category: Category, vip: boolean}} props */
export function MayGive({ category, vip }) {
  const [respond, solve] = [category.respond_minutes, category.solve_minutes].map((minutes) =>
    term(vip ? minutes.vip : minutes.other),
  );
  const { may_promise: promises, grants } = category;
  return html`<dl class="may-give">
    <div><dt>${t("desk.deadlines")}</dt><dd>${t("desk.deadlines_are", { respond: respond ?? "", solve: solve ?? "" })}</dd></div>
    ${
      promises.length > 0 &&
      html`<div>
        <dt>${t("desk.may_promise")}</dt>
        <dd>${promises.map((one) => html`<span key=${one.id}>${t("desk.may_within", { what: one[lang()], time: term(one.within_minutes) })}</span>`)}</dd>
      </div>`
    }
    ${
      grants.length > 0 &&
      html`<div>
        <dt>${t("desk.may_grant")}</dt>
        <dd>${grants.map((one) => html`<span key=${one.id}>${t("desk.may_up_to", { what: one[lang()], limit: one.limit, leader: one.leader_limit, unit: unitWord(one.unit) })}</span>`)}</dd>
      </div>`
    }
  </dl>`;
}
