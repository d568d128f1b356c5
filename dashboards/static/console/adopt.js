/**
 * Adoption: an alarm of an unknown sender gets its place, one of an unknown trap its meaning, in one step.
 */

import { html } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { SEVERITIES, word } from "/shared/lib/severity.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { firstSites } from "../state/first_sites.js";
import { senderIsUnknown, UNKNOWN_SENDER } from "../state/alarms.js";
import { alarmTypes } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */

const UNKNOWN_TRAP = "unidentified";
const OTHERS = `${UNKNOWN_SENDER}others`; // one alarm for all those for whom there was no place
const KINDS = ["controller", "rectifier", "battery", "ups", "genset", "aircon", "microwave", "router", "base-station"];
const GIVEN_SEVERITIES = SEVERITIES.filter((severity) => severity !== "cleared");

/** Whether there is anything to adopt.
 * @param {Alarm} alarm */
function canAdopt(alarm) {
  return alarm.resource !== OTHERS && (senderIsUnknown(alarm) || alarm.alarm_type === UNKNOWN_TRAP);
}

/** One at a time: each sender has its own place.
 * @param {Alarm[]} alarms */
export function adoptable(alarms) {
  return alarms.length === 1 && alarms.every(canAdopt);
}

/** @param {{alarm: Alarm, board: any, onClose: () => void}} props */
export function AdoptDialog({ alarm, board, onClose }) {
  return senderIsUnknown(alarm)
    ? html`<${AdoptSender} alarm=${alarm} board=${board} onClose=${onClose} />`
    : html`<${AdoptTrap} alarm=${alarm} onClose=${onClose} />`;
}

/** @param {{alarm: Alarm, board: any, onClose: () => void}} props */
function AdoptSender({ alarm, board, onClose }) {
  const { data, problem } = useFetched("/api/v1/profiles");
  const profiles = /** @type {{id: string}[]} */ (data?.items ?? []);
  const address = alarm.resource.slice(UNKNOWN_SENDER.length);
  /** @param {Record<string, string>} fields */
  const submit = async ({ site, resource, kind, profile }) => {
    const where = { site: site.trim().split(" ")[0], resource, kind, profile };
    const adopted = await post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/adopt-sender`, where);
    say({ text: t("adopt.sender_done", { address, id: adopted.id }) });
  };
  const sites = firstSites(board);
  return html`<${FormDialog}
    title=${t("adopt.sender", { address })}
    action=${t("adopt")}
    trouble=${problem}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Field} name="site" label=${t("column.site")}>
      <input id="field-site" name="site" list="adopt-sites" required maxlength="64" autocomplete="off" />
      <datalist id="adopt-sites">${sites.map((site) => html`<option value=${site.id}>${site.name}</option>`)}</datalist>
    <//>
    <${Field} name="resource" label=${t("column.resource")}>
      <input id="field-resource" name="resource" required maxlength="64" autocomplete="off" />
    <//>
    <${Field} name="kind" label=${t("adopt.kind")}>
      <input id="field-kind" name="kind" list="adopt-kinds" required maxlength="64" autocomplete="off" />
      <datalist id="adopt-kinds">${KINDS.map((kind) => html`<option value=${kind}></option>`)}</datalist>
    <//>
    <${Choice}
      name="profile"
      label=${t("adopt.profile")}
      optional
      options=${[["", t("adopt.any_profile")], ...profiles.map(({ id }) => [id, id])]}
    />
    <p class="muted dense">${t("adopt.sender_hint")}</p>
  <//>`;
}

/** @param {{alarm: Alarm, onClose: () => void}} props */
function AdoptTrap({ alarm, onClose }) {
  const trap = alarm.details?.trap ?? alarm.qualifier;
  /** @param {Record<string, string>} fields */
  const submit = async ({ alarm_type, severity, clear_trap }) => {
    const meaning = { alarm_type, severity: severity || null, clear_trap: clear_trap.trim() };
    await post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/adopt-trap`, meaning);
    say({ text: t("adopt.trap_done", { trap }) });
  };
  const types = alarmTypes().filter(([id]) => id !== UNKNOWN_TRAP);
  return html`<${FormDialog}
    title=${t("adopt.trap", { trap })}
    action=${t("adopt")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <${Choice} name="alarm_type" label=${t("column.alarm")} options=${types} />
    <${Choice}
      name="severity"
      label=${t("column.severity")}
      optional
      options=${[["", t("adopt.usual_severity")], ...GIVEN_SEVERITIES.map((severity) => [severity, word(severity)])]}
    />
    <${Field} name="clear_trap" label=${t("adopt.clear_trap")}>
      <input
        id="field-clear_trap"
        name="clear_trap"
        maxlength="1000"
        autocomplete="off"
        pattern="\\.?[0-2](\\.[0-9]+)+"
        placeholder="1.3.6.1.4.1…"
      />
    <//>
    <p class="muted dense">${t("adopt.trap_hint")}</p>
  <//>`;
}
