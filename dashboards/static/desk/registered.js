/**
 * The complaint that came of the call: what it is linked to, by when it must be answered and solved, what can follow.
 */

import { html } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { clock } from "/shared/lib/time.js";
import { useKeys } from "../parts/keys.js";
import { dueWords } from "./call_deeds.js";
import { categoryName, queueName } from "./care.js";

/** @typedef {import("../state/shapes_desk.js").Complaint} Complaint */

/** @param {{complaint: Complaint, call: import("./call.js").Call, care: import("./care.js").CareIndex, onUrge: () => void, onOpen: (id: string) => void, onNext: () => void}} props */
export function Registered({ complaint, call, care, onUrge, onOpen, onNext }) {
  const { id, incident, promise_due_at: promised } = complaint;
  const open = () => onOpen(id);
  useKeys([
    { keys: "l", label: "desk.key_open_registered", run: open },
  ]);
  return html`<div class="registered" role="status">
    <p class="register-done">
      <span class="severity severity-cleared" aria-hidden="true">✓</span>${" "}
      ${incident ? t("desk.registered_linked", { id, incident }) : t("desk.registered", { id })}
    </p>
    <p>${dueWords(complaint)}</p>
    ${promised && html`<p>${t("desk.call_back_promised", { at: clock(promised, complaint.time_zone) })}</p>`}
    <p class="muted dense">
      ${[categoryName(care, complaint.category), queueName(care, complaint.queue), t(`heat.${complaint.heat}`), complaint.owner && t("desk.owned_by", { name: complaint.owner })]
        .filter(Boolean)
        .join(" · ")}
    </p>
    <div class="take-line">
      <button class="button button-primary take-main" onClick=${onNext}>${t("desk.next")} <kbd>Esc</kbd></button>
      ${!call.urged && html`<button type="button" class="button" onClick=${onUrge}>${t("desk.urge")} <kbd>u</kbd></button>`}
      <button type="button" class="button" onClick=${open}>${t("desk.open")} <kbd>l</kbd></button>
    </div>
  </div>`;
}
