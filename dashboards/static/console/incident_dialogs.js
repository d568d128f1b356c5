/**
 * The two corrections as questions: is this the root, and where else does this alarm belong.
 */

import { html, useMemo, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { Mark, Time } from "../parts/marks.js";
import { likelyIncidents } from "../state/corrections.js";
import { alarmType, incidentTitle, resourceName } from "../words/catalogue.js";

/** @typedef {import("../shapes.js").Alarm} Alarm */
/** @typedef {import("../shapes.js").Incident} Incident */
/** @typedef {import("../state/corrections.js").Likely} Likely */
/** @typedef {import("./incident_actions.js").Corrector} Corrector */

const SHOWN = 6;
const OWN = "";

/** @param {{alarm: Alarm, incident: Incident, corrector: Corrector, onClose: () => void}} props */
export function RootDialog({ alarm, incident, corrector, onClose }) {
  const present = incident.root.alarm === alarm.id;
  const type = alarmType(alarm.alarm_type);
  const place = alarm.site_name ?? alarm.site ?? "";
  const { root } = incident;
  const was = { type: alarmType(root.alarm_type), place: incident.site_name ?? resourceName(root.resource) };
  const before = t("incident.title", was);
  return html`<${FormDialog}
    title=${t(present ? "correct.confirm_title" : "correct.root_title", { type, place })}
    action=${t(present ? "correct.confirm" : "correct.make_root")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => corrector.root(alarm, fields.comment ?? "")}
  >
    <p class="muted">${t(present ? "correct.confirm_means" : "correct.root_means", { before })}</p>
    <${Comment} />
  <//>`;
}

/** @param {{alarm: Alarm, below: number, board: any, corrector: Corrector, onClose: () => void}} props */
export function MoveDialog({ alarm, below, board, corrector, onClose }) {
  const [text, setText] = useState("");
  const likely = useMemo(() => {
    const [incidents, standing] = ["incident", "alarm"].map((name) => [...board.items(name).values()]);
    return likelyIncidents(alarm, incidents ?? [], standing ?? [], board.items("site"));
  }, []);
  const found = matching(likely, text, board);
  const shown = found.slice(0, SHOWN);
  const typed = found.length ? "" : text.trim().toUpperCase();
  const [picked, setPicked] = useState(/** @type {string|null} */ (null));
  const answers = [...shown.map(({ incident }) => incident.id), ...(typed ? [typed] : []), OWN];
  const chosen = picked !== null && answers.includes(picked) ? picked : answers[0];
  const answer = (/** @type {string} */ value, /** @type {unknown} */ words) =>
    html`<label key=${value} class="choice">
      <input type="radio" name="incident" value=${value} checked=${value === chosen} onChange=${() => setPicked(value)} />
      ${words}
    </label>`;
  const type = alarmType(alarm.alarm_type);
  return html`<${FormDialog}
    title=${t("correct.move_title", { type, place: alarm.site_name ?? alarm.site ?? "" })}
    action=${t("correct.move_action")}
    onClose=${onClose}
    onSubmit=${(/** @type {Record<string, string>} */ fields) => corrector.move(alarm, fields.incident ?? OWN, fields.comment ?? "")}
  >
    ${below > 0 && html`<p class="muted">${t("correct.move_takes", { n: below })}</p>`}
    <${Field} name="search" label=${t("correct.search")}>
      <input
        id="field-search"
        type="search"
        autocomplete="off"
        value=${text}
        onInput=${(/** @type {Event} */ event) => setText(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
      />
    <//>
    <fieldset class="choices">
      <legend class="muted dense">${t("correct.where_to")}</legend>
      ${shown.map((one) => answer(one.incident.id, html`<${Words} likely=${one} board=${board} />`))}
      ${found.length > SHOWN && html`<p class="muted dense">${t("correct.more", { n: found.length - SHOWN })}</p>`}
      ${!found.length && !typed && html`<p class="muted dense">${t("correct.none_open")}</p>`}
      ${typed && answer(typed, html`<span>${t("correct.typed", { id: typed })}</span>`)}
      ${answer(OWN, html`<span>${t("correct.own")}</span>`)}
    </fieldset>
    <${Comment} />
  <//>`;
}

/** @param {{likely: Likely, board: any}} props */
function Words({ likely: { incident, why }, board }) {
  return html`<span class="choice-words">
    <span><${Mark} severity=${incident.severity} only /> ${incidentTitle(incident, board)}</span>
    <span class="muted dense">
      ${incident.id} · ${t(`near.${why}`)} · ${t("alarms_n", { n: incident.alarm_count })} · <${Time} as="ago" at=${incident.opened_at} />
    </span>
  </span>`;
}

function Comment() {
  return html`<${Field} name="comment" label=${t("correct.comment")}>
    <textarea id="field-comment" name="comment" maxlength="2000" rows="2"></textarea>
  <//>`;
}

/** @param {Likely[]} likely
 * @param {string} text
 * @param {any} board */
function matching(likely, text, board) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return likely;
  return likely.filter(({ incident }) =>
    [incident.id, incident.ticket, incident.title, incidentTitle(incident, board), incident.root.site]
      .join(" ")
      .toLowerCase()
      .includes(wanted),
  );
}
