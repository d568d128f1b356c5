/**
 * The question asked before something is silenced: what, where, and when.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { named } from "../state/silences.js";
import { alarmTypes } from "../words/catalogue.js";
import { asLocal } from "../words/moments.js";
import { weekOf, weekWords } from "../words/week.js";
import { MeantPlaces } from "./meant_places.js";

const KINDS = ["maintenance", "shelf"];
const PLACES = ["sites", "regions"];
const HOUR_MS = 3_600_000;
const USUAL_HOURS = 4;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * @param {object} props
 * @param {any} props.board
 * @param {string} props.ticket  whose work it is planned for; may be empty
 * @param {() => void} props.onClose
 */
export function PlanSilence({ board, ticket, onClose }) {
  const [kind, setKind] = useState("maintenance");
  /** @param {Record<string, string>} fields */
  const submit = async (fields) => {
    const planned = await post("/api/v1/silences", { ...asBody(fields), ticket });
    board.apply("silence", planned);
    say({ text: t("silence.planned", { id: planned.id }) });
  };
  return html`<${FormDialog}
    title=${ticket ? t("silence.plan_for", { id: ticket }) : t("silence.plan")}
    action=${t("silence.plan")}
    onClose=${onClose}
    wide
    onSubmit=${submit}
  >
    <${Picked}
      name="kind"
      label=${t("silence.kind")}
      options=${KINDS.map((one) => [one, t(`silence.${one}`)])}
      onPick=${setKind}
    />
    <${Text} name="title" label=${t("silence.title")} required />
    <${MeantPlaces}
      board=${board}
      kinds=${PLACES.map((name) => [name, t(`silence.${name}`)])}
      hint=${ticket ? t("silence.sites_hint", { id: ticket }) : ""}
    />
    <${Text} name="resources" label=${t("silence.resources")} />
    <${Choice}
      name="alarm_type"
      label=${t("silence.alarm_type")}
      optional
      options=${[["", t("silence.all_types")], ...alarmTypes()]}
    />
    <${Text} name="reason" label=${t("silence.reason")} />
    ${kind === "maintenance" ? html`<${When} />` : html`<${Order} />`}
  <//>`;
}

function When() {
  const [repeat, setRepeat] = useState("once");
  const [[start, end]] = useState(() => [now(), now() + USUAL_HOURS * HOUR_MS].map(asLocal));
  return html`
    <${Picked}
      name="repeat"
      label=${t("silence.repeat")}
      options=${["once", "weekly"].map((one) => [one, t(`silence.${one}`)])}
      onPick=${setRepeat}
    />
    ${
      repeat === "weekly"
        ? html`<${Text} name="weekly" label=${t("silence.week")} placeholder=${weekWords("Sun 02:00-04:00")} required />`
        : html`<${Moment} name="starts_at" label=${t("silence.starts")} value=${start} />
            <${Moment} name="ends_at" label=${t("silence.ends")} value=${end} />`
    }
    <p class="muted dense">${t("silence.zone", { zone: ZONE })}</p>
  `;
}

function Order() {
  return html`<${Field} name="place" label=${t("silence.place")}>
    <input id="field-place" name="place" type="number" min="0" max="9999" defaultValue="0" required />
  <//>`;
}

/** A choice on which other fields depend.
 * @param {{name: string, label: string, options: [string, string][], onPick: (value: string) => void}} props */
function Picked({ name, label, options, onPick }) {
  const pick = (/** @type {Event} */ event) => onPick(/** @type {HTMLSelectElement} */ (event.target).value);
  return html`<${Field} name=${name} label=${label}>
    <select id=${`field-${name}`} name=${name} onChange=${pick}>
      ${options.map(([value, words]) => html`<option value=${value}>${words}</option>`)}
    </select>
  <//>`;
}

/** @param {{name: string, label: string, required?: boolean, placeholder?: string}} props */
function Text({ name, label, required, placeholder }) {
  return html`<${Field} name=${name} label=${label}>
    <input
      id=${`field-${name}`}
      name=${name}
      placeholder=${placeholder}
      required=${required}
      maxlength="300"
      autocomplete="off"
    />
  <//>`;
}

/** @param {{name: string, label: string, value: string}} props */
function Moment({ name, label, value }) {
  return html`<${Field} name=${name} label=${label}>
    <input id=${`field-${name}`} name=${name} type="datetime-local" defaultValue=${value} required />
  <//>`;
}

/** The form's fields as the API takes them; a clock of the reader's own becomes a moment.
 * @param {Record<string, string>} fields */
function asBody({ kind, title, reason, sites, regions, resources, alarm_type, starts_at, ends_at, weekly, place }) {
  return {
    kind,
    title,
    reason,
    sites: named(sites ?? ""),
    regions: named(regions ?? ""),
    resources: named(resources ?? ""),
    alarm_types: alarm_type ? [alarm_type] : [],
    starts_at: starts_at ? new Date(starts_at).toISOString() : null,
    ends_at: ends_at ? new Date(ends_at).toISOString() : null,
    weekly: weekOf(weekly ?? ""),
    time_zone: ZONE,
    place: Number(place ?? 0),
  };
}
