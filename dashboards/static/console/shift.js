/**
 * The shift leader's view: what is overdue as a sentence, who does how much, and what is to be decided.
 */

import { html, useRef, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Nothing } from "../parts/marks.js";
import { useRowKeys } from "../parts/row_keys.js";
import { useFetched } from "../parts/use_fetched.js";
import { overdueCounts } from "../state/shift.js";
import { AlarmLoad } from "./alarm_load.js";
import { ExemptDialog } from "./shift_dialogs.js";
import { Extensions } from "./shift_extensions.js";
import { Operators } from "./shift_operators.js";
import { Climbs, Clocks, Complaints, Unacknowledged, Unsigned } from "./shift_overdue.js";

/** @typedef {import("../state/shapes_shift.js").Operator} Operator */
/** @typedef {import("../state/shapes_shift.js").Overdue} Overdue */
/** @typedef {{operators: Operator[], overdue: Overdue, alarm_load: import("../state/shapes_shift.js").AlarmLoad}} ShiftNow */

const AGAIN_MS = 10_000;

/** What is done with the row that one stands on, in the order of the lists. */
const DEEDS = /** @type {[string, string][]} */ ([
  ["e", "shift.key.claims"],
  ["t", "claim.do.others"],
  ["f", "claim.free_it"],
  ["a", "lead.extension.grant"],
  ["o", "lead.extension.otherwise"],
  ["U", "urge.do"],
  ["x", "lead.exempt.do"],
  ["i", "climb.in_hand"],
]);

/** @param {import("./views.js").ViewProps} props */
export function Shift({ board, revision, user, may }) {
  const [exempting, setExempting] = useState(/** @type {import("../state/shapes_shift.js").OverdueClock|null} */ (null));
  const { data, problem, again } = useFetched("/api/v1/shift", { everyMs: AGAIN_MS });
  const shift = /** @type {ShiftNow|null} */ (data);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useRowKeys(box, DEEDS);
  if (!shift) return html`<${Nothing} title=${problem || t("loading.shift")} />`;
  const { overdue, operators, alarm_load: load } = shift;
  const counts = overdueCounts(overdue);
  return html`<section class="view-shift" ref=${box} aria-label=${t("view.shift")}>
    <header class="detail-head">
      <h2>${counts.length ? t("shift.overdue") : t("shift.calm")}</h2>
      ${counts.length > 0 && html`<p>${joined(counts.map(({ name, n }) => html`<a href=${`#overdue-${name}`}>${t(`overdue.${name}`, { n })}</a>`))}</p>`}
      ${problem && html`<p class="notice notice-refused">${problem}</p>`}
    </header>
    <div class="shift-columns">
      <div class="shift-people">
        <${Operators} operators=${operators} board=${board} revision=${revision} user=${user} onDone=${again} />
        <${AlarmLoad} load=${load} />
      </div>
      <div class="shift-overdue">
        <${Unsigned} handover=${overdue.handover} />
        <${Extensions} extensions=${overdue.extensions} may=${may} onDone=${again} />
        <${Clocks} clocks=${overdue.clocks} may=${may} onExempt=${setExempting} onDone=${again} />
        <${Climbs} climbs=${overdue.climbs} onDone=${again} />
        <${Complaints} complaints=${overdue.complaints} />
        <${Unacknowledged} alarms=${overdue.unacknowledged} />
        ${!counts.length && html`<p class="muted">${t("shift.nothing")}</p>`}
      </div>
    </div>
    ${exempting && html`<${ExemptDialog} clock=${exempting} onDone=${again} onClose=${() => setExempting(null)} />`}
  </section>`;
}

/** @param {unknown[]} parts */
function joined(parts) {
  return parts.flatMap((part, n) => (n ? [t("comma"), part] : [part]));
}

