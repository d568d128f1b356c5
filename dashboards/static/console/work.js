/**
 * The work order view: what waits for hands, what is under way, and who could go.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useTick } from "../parts/hooks.js";
import { Countdown, Nothing, Time } from "../parts/marks.js";
import { byPriority, crews, unheld } from "../state/crews.js";
import { searchOf } from "../state/route.js";
import { orderWords } from "../words/catalogue.js";
import { Explanation, skillWord, waitingWords } from "./explanation.js";
import { GiveDialog, ReassignDialog, WithdrawDialog } from "./work_dialogs.js";

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("../shapes.js").Need} Need */
/** @typedef {import("./views.js").ViewProps} ViewProps */

const MOST = 300;
const ORDER_COLUMNS = ["priority", "state", "site", "summary", "technician", "arrival", "action"];
const TECHNICIAN_COLUMNS = ["technician", "now", "skills", "shift", "position"];

/** @param {ViewProps} props */
export function Work({ board, revision, may }) {
  useTick();
  const [asking, setAsking] = useState(/** @type {{what: string, order?: WorkOrder, need?: Need}|null} */ (null));
  const orders = useMemo(() => [...board.items("work_order").values()].sort(byPriority), [revision]);
  const people = useMemo(() => crews(board.items("technician").values(), orders), [revision]);
  const waiting = useMemo(() => unheld(board.items("need").values(), orders), [revision]);
  const close = () => setAsking(null);
  const mayAct = may("manage_work_orders");
  if (!board.loaded) return html`<${Nothing} title=${t("loading.work")} />`;
  return html`<section class="view-work" aria-label=${t("view.work")}>
    <div class="work-orders">
      <${Waiting}
        needs=${waiting}
        board=${board}
        mayAct=${mayAct}
        onGive=${(/** @type {Need} */ need) => setAsking({ what: "give", need })}
      />
      <h2>${t("work.orders", { n: orders.length })}</h2>
      ${orders.length ? html`<${Orders} orders=${orders} board=${board} mayAct=${mayAct} onAsk=${setAsking} />` : html`<p class="muted">${t("empty.work")}</p>`}
    </div>
    <div class="work-people">
      <h2>${t("work.people", { n: people.length })}</h2>
      ${people.length ? html`<${People} people=${people} />` : html`<p class="muted">${t("empty.people")}</p>`}
    </div>
    ${asking?.what === "give" && html`<${GiveDialog} need=${asking.need} people=${people} board=${board} onClose=${close} />`}
    ${asking?.what === "reassign" && html`<${ReassignDialog} order=${asking.order} people=${people} board=${board} onClose=${close} />`}
    ${asking?.what === "withdraw" && html`<${WithdrawDialog} order=${asking.order} board=${board} onClose=${close} />`}
  </section>`;
}

/** @param {{needs: Need[], board: any, mayAct: boolean, onGive: (need: Need) => void}} props */
function Waiting({ needs, board, mayAct, onGive }) {
  if (!needs.length) return null;
  return html`<h2>${t("work.waiting", { n: needs.length })}</h2>
    <table class="table">
      <thead>
        <tr>
          ${["priority", "runs_out", "site", "kind", "waits_for", "action"].map((name) => html`<th scope="col">${t(`column.${name}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${needs.slice(0, MOST).map((need) => {
          const reason = board.items("waiting_need").get(need.id);
          return html`<tr key=${need.id}>
            <td>P${need.priority}</td>
            <td>
              ${need.site_down_at ? html`<${Countdown} at=${need.site_down_at} />` : html`<span class="muted">–</span>`}
            </td>
            <td>${need.site_name ?? need.site} <span class="muted">${need.site}</span></td>
            <td>${t(`kind.${need.kind}`)}</td>
            <td class="cell-wide muted">${reason ? waitingWords(reason) : t("work.being_planned")}</td>
            <td>
              ${mayAct && html`<button class="button button-small" onClick=${() => onGive(need)}>${t("work.give")}</button>`}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>`;
}

/** @param {{orders: WorkOrder[], board: any, mayAct: boolean, onAsk: (asking: {what: string, order: WorkOrder}) => void}} props */
function Orders({ orders, board, mayAct, onAsk }) {
  const [why, setWhy] = useState("");
  return html`<table class="table">
    <thead>
      <tr>
        ${ORDER_COLUMNS.map((name) => html`<th scope="col">${t(`column.${name}`)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${orders
        .slice(0, MOST)
        .map(
          (order) =>
            html`<${OrderRow}
              key=${order.id}
              order=${order}
              board=${board}
              open=${why === order.id}
              onWhy=${() => setWhy(why === order.id ? "" : order.id)}
              onAsk=${mayAct ? (/** @type {string} */ what) => onAsk({ what, order }) : null}
            />`,
        )}
    </tbody>
  </table>`;
}

/** @param {{order: WorkOrder, board: any, open: boolean, onWhy: () => void, onAsk: ((what: string) => void)|null}} props */
function OrderRow({ order, board, open, onWhy, onAsk }) {
  const expires = order.state === "offered" && order.offer_expires_at;
  return html`<tr>
      <td>P${order.priority}</td>
      <td>
        ${t(`work_order.${order.state}`)} ${expires && html`<span class="muted"> <${Countdown} at=${expires} /></span>`}
      </td>
      <td>${order.site_name ?? order.site} <span class="muted">${order.site}</span></td>
      <td class="cell-wide">
        ${orderWords(order, board)} <a href=${searchOf({ view: "tickets", id: order.ticket })}>${order.ticket}</a>
      </td>
      <td>${order.technician_name ?? order.technician}</td>
      <td><${Time} at=${order.on_site_at ?? order.planned_arrival_at} zone=${order.time_zone} /></td>
      <td class="cell-actions">
        <button class="button button-small button-quiet" aria-expanded=${open} onClick=${onWhy}>${t("why")}</button>
        ${
          onAsk &&
          ["reassign", "withdraw"].map(
            (what) =>
              html`<button class="button button-small button-quiet" onClick=${() => onAsk(what)}>
                ${t(`work.${what}`)}
              </button>`,
          )
        }
      </td>
    </tr>
    ${
      open &&
      html`<tr>
        <td colspan="7" class="cell-explanation"><${Explanation} explanation=${order.explanation} /></td>
      </tr>`
    }`;
}

/** @param {{people: ReturnType<typeof crews>}} props */
function People({ people }) {
  return html`<table class="table">
    <thead>
      <tr>
        ${TECHNICIAN_COLUMNS.map((name) => html`<th scope="col">${t(`column.${name}`)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${people.slice(0, MOST).map(
        ({ technician, order }) =>
          html`<tr key=${technician.id}>
            <td>${technician.name} <a class="muted" href=${`tel:${technician.phone}`}>${technician.phone}</a></td>
            <td>
              ${order && t(`work_order.${order.state}`)}
              <span class="muted"> ${order ? (order.site_name ?? order.site) : t("work.free")}</span>
            </td>
            <td class="cell-wide">${technician.skills.map((skill) => skillWord(skill)).join(t("comma"))}</td>
            <td class="muted">${technician.shift}</td>
            <td class="muted">
              ${technician.position_at ? html`<${Time} at=${technician.position_at} />` : t("work.at_home")}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
