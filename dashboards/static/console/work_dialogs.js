/**
 * Dispatch by hand: give a need, reassign an order, withdraw one; each with its reason.
 */

import { html } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { Choice } from "./ticket_moves.js";

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {typeof import("../state/crews.js").crews} Crews */
/** @typedef {ReturnType<Crews>} People */

/** @param {{need: import("../shapes.js").Need, people: People, board: any, onClose: () => void}} props */
export function GiveDialog({ need, people, board, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async (fields) => {
    const order = await post("/api/v1/work-orders", { need: need.id, ...fields });
    board.apply("work_order", order);
    say({
      text: t("work.given", { who: order.technician_name ?? order.technician, site: order.site_name ?? order.site }),
    });
  };
  return html`<${FormDialog}
    title=${t("work.give_title", { site: need.site_name ?? need.site })}
    action=${t("work.give")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Choice} name="technician" label=${t("column.technician")} options=${choices(people)} />
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" maxlength="300" /><//>
  <//>`;
}

/** @param {{order: WorkOrder, people: People, board: any, onClose: () => void}} props */
export function ReassignDialog({ order, people, board, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async (fields) => {
    const fresh = await post(`/api/v1/work-orders/${encodeURIComponent(order.id)}/reassign`, {
      ...fields,
      version: order.version,
    });
    board.apply("work_order", fresh);
    say({
      text: t("work.given", { who: fresh.technician_name ?? fresh.technician, site: fresh.site_name ?? fresh.site }),
    });
  };
  const others = people.filter((one) => one.technician.id !== order.technician);
  return html`<${FormDialog}
    title=${t("work.reassign_title", { id: order.id, who: order.technician_name ?? order.technician })}
    action=${t("work.reassign")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Choice} name="technician" label=${t("column.technician")} options=${choices(others)} />
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" maxlength="300" /><//>
  <//>`;
}

/** @param {{order: WorkOrder, board: any, onClose: () => void}} props */
export function WithdrawDialog({ order, board, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ reason }) => {
    board.apply(
      "work_order",
      await post(`/api/v1/work-orders/${encodeURIComponent(order.id)}/withdraw`, { reason, version: order.version }),
    );
    say({ text: t("work.withdrawn", { id: order.id }) });
  };
  return html`<${FormDialog}
    title=${t("work.withdraw_title", { id: order.id, who: order.technician_name ?? order.technician })}
    action=${t("work.withdraw")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
  <//>`;
}

/** The free ones first: whoever is chosen by hand is chosen from the top.
 * @param {People} people
 * @returns {[string, string][]} */
function choices(people) {
  return [...people]
    .sort((a, b) => Number(Boolean(a.order)) - Number(Boolean(b.order)))
    .map(({ technician, order }) => [
      technician.id,
      `${technician.name}${order ? ` (${t(`work_order.${order.state}`)})` : ""}`,
    ]);
}
