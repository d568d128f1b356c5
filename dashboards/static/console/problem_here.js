/**
 * Beside a fault: the problems that may be behind it, what to do until they are gone, and a new one with one key.
 */

import { html, useState } from "/vendor/preact.js";
import { get } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { useKeys } from "../parts/keys.js";
import { sayRefusal } from "../parts/toasts.js";
import { concerning } from "../state/problems.js";
import { searchOf } from "../state/route.js";
import { problemTitle } from "../words/problems.js";
import { linkTo, OpenProblem } from "./problem_dialogs.js";

/** @typedef {import("../state/problems.js").Concerns} Concerns */
/** @typedef {import("../state/shapes_problems.js").Offer} Offer */

/**
 * @param {object} props
 * @param {string|null} [props.incident]
 * @param {string|null} [props.ticket]
 * @param {string[]} props.sites
 * @param {string} [props.alarmType]
 * @param {any} props.board
 * @param {(permission: string) => boolean} props.may
 */
export function ProblemsHere({ incident, ticket, sites, alarmType, board, may }) {
  const [offer, setOffer] = useState(/** @type {Offer|null} */ (null));
  const found = concerning(board.items("problem").values(), { incident, ticket, sites, alarmType });
  const mayWrite = may("manage_work_orders");
  const own = { incidents: incident ? [incident] : [], tickets: incident || !ticket ? [] : [ticket] };
  const open = found.find((one) => one.sameType && !one.linked)?.problem;
  const add = () => open && void linkTo(open, own, board).catch(sayRefusal);
  const known = found.some((one) => one.linked || one.sameType);
  const begin = async () => setOffer({ ...(await rootOf({ incident, sites, alarmType }, board)), ...own });
  const act = open ? add : () => void begin().catch(sayRefusal);
  useKeys(mayWrite && (open || !known) ? [{ keys: "o", label: open ? "key.add_to_problem" : "key.open_problem", run: act }] : []);
  return html`<section aria-label=${t("problem.here")} class="problem-here">
    <div class="section-head">
      <h3>${t("problem.here")}</h3>
      ${!found.length && html`<span class="muted">${t("problem.none_here")}</span>`}
      ${
        mayWrite &&
        (open || !known) &&
        html`<button class="button button-small button-quiet" onClick=${act}>
          ${open ? t("problem.add", { id: open.id }) : t("problem.new")} <kbd>o</kbd>
        </button>`
      }
    </div>
    ${found.length > 0 && html`<ul class="list">${found.map((one) => html`<${Line} key=${one.problem.id} one=${one} board=${board} />`)}</ul>`}
    ${offer && html`<${OpenProblem} board=${board} offer=${offer} onClose=${() => setOffer(null)} />`}
  </section>`;
}

/** Where and what a problem of it would be: of a fault that is over, which nobody follows any more, as it is asked for.
 * @param {{incident?: string|null, sites: string[], alarmType?: string}} fault
 * @param {any} board
 * @returns {Promise<Offer>} */
async function rootOf({ incident, sites, alarmType }, board) {
  if (!incident || board.items("incident").has(incident)) return { sites, alarmType: alarmType ?? "" };
  const { root } = await get(`/api/v1/incidents/${encodeURIComponent(incident)}`);
  return { sites: root.site ? [root.site] : sites, alarmType: root.alarm_type };
}

/** @param {{one: Concerns, board: any}} props */
function Line({ one: { problem, linked }, board }) {
  return html`<li>
    <p>
      <a href=${searchOf({ view: "problems", id: problem.id })}>${problem.id}</a> ${problemTitle(problem, board)}
      <span class="muted"> · ${t(`problem.${problem.state}`)}${linked && ` · ${t("problem.is_linked")}`}</span>
    </p>
    ${
      problem.state === "known_error" &&
      html`<p class="problem-workaround"><span class="muted">${t("problem.until_then")}${t("colon")}</span>${problem.workaround}</p>
        <p class="muted dense">${t("problem.cause")}${t("colon")}${problem.cause}</p>`
    }
  </li>`;
}
