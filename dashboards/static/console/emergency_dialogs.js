/**
 * The two questions of an emergency: of which region it is declared, and why it ends.
 */

import { html } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { upwards } from "../state/emergencies.js";

/** @param {{region: string, board: any, outages: import("../state/shapes_shift.js").MassOutages, onClose: () => void}} props */
export function DeclareDialog({ region, board, outages, onClose }) {
  const dark = outages.areas.find((area) => area.region === region)?.without_mains ?? 0;
  /** @param {Record<string, string>} fields */
  const submit = async (fields) => {
    const declared = await post("/api/v1/emergencies", { region: fields.region, reason: fields.reason });
    board.apply("emergency", declared);
    say({ text: t("emergency.done", { region: declared.region }) });
  };
  return html`<${FormDialog} title=${t("emergency.declare")} action=${t("emergency.declare")} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("emergency.declare_means")}</p>
    <${Choice} name="region" label=${t("emergency.region")} options=${upwards(region).map((one) => [one, one])} />
    <${Field} name="reason" label=${t("reason")}>
      <input id="field-reason" name="reason" required maxlength="2000" defaultValue=${t("emergency.reason", { n: dark })} />
    <//>
  <//>`;
}

/** @param {{emergency: import("../state/shapes_shift.js").Emergency, board: any, onClose: () => void}} props */
export function EndDialog({ emergency, board, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ reason }) => {
    const path = `/api/v1/emergencies/${encodeURIComponent(emergency.id)}/end`;
    board.apply("emergency", await post(path, { reason, version: emergency.version }));
    say({ text: t("emergency.ended", { region: emergency.region }) });
  };
  return html`<${FormDialog}
    title=${t("emergency.end_title", { region: emergency.region })}
    action=${t("emergency.end")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <p class="muted">${t("emergency.end_means")}</p>
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="2000" /><//>
  <//>`;
}
