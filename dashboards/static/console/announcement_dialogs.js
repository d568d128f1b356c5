/**
 * Entering, changing, importing and withdrawing announcements.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { say } from "../parts/toasts.js";
import { useVersion } from "../parts/use_version.js";
import { named } from "../state/silences.js";
import { asLocal } from "../words/moments.js";
import { MeantPlaces } from "./meant_places.js";

/** @typedef {import("../state/shapes_shift.js").Announcement} Announcement */

const KINDS = ["power_cut", "weather", "works"];
const LEVELS = ["", "blue", "yellow", "orange", "red"];
const PLACES = ["regions", "power_feeds", "sites"];
const HOUR_MS = 3_600_000;
const COLUMNS = "kind,title,text,source,reference,level,regions,sites,power_feeds,starts_at,ends_at";

/** @param {{board: any, one?: Announcement, onClose: () => void}} props  `one`: it is said anew */
export function EnterDialog({ board, one, onClose }) {
  const [starts, ends] = one
    ? [Date.parse(one.starts_at), Date.parse(one.ends_at)]
    : [now() + HOUR_MS, now() + 5 * HOUR_MS];
  const path = one ? `/api/v1/announcements/${encodeURIComponent(one.id)}` : "/api/v1/announcements";
  const asRead = useVersion(path, one?.version);
  /** @param {Record<string, string>} fields */
  const submit = async (fields) => {
    const said = { ...asBody(fields), ...(one && { reference: one.reference }) };
    const kept = await asRead((version) => post(path, { ...said, version }));
    board.apply("announcement", kept);
    say({ text: t("announced.kept", { title: kept.title }) });
  };
  return html`<${FormDialog} title=${t(one ? "announced.change" : "announced.enter_title")} action=${t("announced.keep")} onClose=${onClose} onSubmit=${submit} wide>
    <${Choice} name="kind" label=${t("announced.kind")} chosen=${one?.kind ?? ""} options=${KINDS.map((kind) => [kind, t(`announced.${kind}`)])} />
    <${Choice} name="level" label=${t("announced.level")} optional chosen=${one?.level ?? ""} options=${LEVELS.map((level) => [level, level ? t(`level.${level}`) : "–"])} />
    <${Text} name="title" value=${one?.title} required />
    <${Text} name="source" value=${one?.source} />
    <${Moment} name="starts_at" at=${starts} />
    <${Moment} name="ends_at" at=${ends} />
    <${MeantPlaces} board=${board} kinds=${PLACES.map((kind) => [kind, t(`announced.field.${kind}`)])} given=${one} hint=${t("announced.where_hint")}>
      <${Text} name="text" value=${one?.text} />
    <//>
  <//>`;
}

/** @param {{board: any, onClose: () => void}} props */
export function ImportDialog({ board, onClose }) {
  const [file, setFile] = useState(/** @type {File|null} */ (null));
  const submit = async () => {
    if (!file) return;
    const { items } = await post("/api/v1/announcements/import", new Blob([file], { type: "text/csv" }));
    for (const one of items) board.apply("announcement", one);
    say({ text: t("announced.imported", { n: items.length }) });
  };
  const pick = (/** @type {Event} */ event) => setFile(/** @type {HTMLInputElement} */ (event.target).files?.[0] ?? null);
  return html`<${FormDialog} title=${t("announced.import")} action=${t("announced.import")} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("announced.import_hint")}</p>
    <p class="dense"><code>${COLUMNS}</code></p>
    <${Field} name="file" label=${t("announced.file")}>
      <input id="field-file" type="file" accept=".csv,text/csv" required onChange=${pick} />
    <//>
  <//>`;
}

/** @param {{board: any, one: Announcement, onClose: () => void}} props */
export function WithdrawDialog({ board, one, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ reason }) => {
    const path = `/api/v1/announcements/${encodeURIComponent(one.id)}/withdraw`;
    board.apply("announcement", await post(path, { reason, version: one.version }));
  };
  return html`<${FormDialog} title=${t("announced.withdraw_title", { title: one.title })} action=${t("announced.withdraw")} onClose=${onClose} onSubmit=${submit}>
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
  <//>`;
}

/** @param {{name: string, value?: string, required?: boolean}} props */
function Text({ name, value, required }) {
  return html`<${Field} name=${name} label=${t(`announced.field.${name}`)}>
    <input id=${`field-${name}`} name=${name} defaultValue=${value ?? ""} required=${required} maxlength="2000" autocomplete="off" />
  <//>`;
}

/** @param {{name: string, at: number}} props */
function Moment({ name, at }) {
  return html`<${Field} name=${name} label=${t(`announced.field.${name}`)}>
    <input id=${`field-${name}`} name=${name} type="datetime-local" defaultValue=${asLocal(at)} required />
  <//>`;
}

/** @param {Record<string, string>} fields */
function asBody({ kind, level, title, source, starts_at, ends_at, regions, power_feeds, sites, text }) {
  return {
    kind,
    level,
    title,
    source,
    text,
    starts_at: new Date(starts_at ?? "").toISOString(),
    ends_at: new Date(ends_at ?? "").toISOString(),
    regions: named(regions ?? ""),
    power_feeds: named(power_feeds ?? ""),
    sites: named(sites ?? ""),
  };
}
