/**
 * Reports on an incident or emergency: what was sent, what is due, and a draft of it in one key.
 */

import { html, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Time } from "../parts/marks.js";
import { useFetched } from "../parts/use_fetched.js";
import { ReadReport, WriteReport } from "./situation_report_dialogs.js";

/** @typedef {import("../state/shapes_shift.js").SituationReport} SituationReport */
/** @typedef {import("./situation_report_dialogs.js").Draft} Draft */

const AGAIN_MS = 60_000;

/**
 * @param {object} props
 * @param {"incidents"|"emergencies"} props.of
 * @param {string} props.id
 * @param {any} props.board
 * @param {(permission: string) => boolean} props.may
 */
export function SituationReports({ of, id, board, may }) {
  const [asked, setAsked] = useState("");
  const path = `/api/v1/${of}/${encodeURIComponent(id)}/situation-reports`;
  const { data, again } = useFetched(path, { on: newsOf(board) });
  const sent = /** @type {SituationReport[]} */ (data?.items ?? []);
  const { data: drafted } = useFetched(`${path}/draft`, { everyMs: AGAIN_MS, on: sent[0]?.id });
  const next = /** @type {Draft|null} */ (drafted);
  const mayWrite = may("manage_tickets") && !next?.of_region; // a report is of the whole
  useKeys(mayWrite ? [{ keys: "d", label: "key.draft_sitrep", run: () => setAsked("draft") }] : []);
  const read = sent.find((one) => one.id === asked);
  const close = () => setAsked("");
  return html`<section aria-label=${t("sitrep.title")}>
    <div class="section-head">
      <h3>${t("sitrep.title")}</h3>
      <${Due} next=${next} sent=${sent} />
      ${mayWrite && html`<button class="button button-small" onClick=${() => setAsked("draft")}>${t("sitrep.draft")} <kbd>d</kbd></button>`}
    </div>
    ${
      sent.length > 0 &&
      html`<ul class="list">
        ${sent.map(
          (one) =>
            html`<li key=${one.id}>
              <button class="text-link" onClick=${() => setAsked(one.id)}>${t(`sitrep.${one.kind}`, { n: one.number })}</button>
              <span class="muted"> ${one.sent_by} · <${Time} as="ago" at=${one.sent_at} /></span>
            </li>`,
        )}
      </ul>`
    }
    ${asked === "draft" && html`<${WriteReport} path=${path} id=${id} onSent=${again} onClose=${close} />`}
    ${read && html`<${ReadReport} report=${read} onClose=${close} />`}
  </section>`;
}

/** What is to be said next, and how long there is for it.
 * @param {{next: Draft|null, sent: SituationReport[]}} props */
function Due({ next, sent }) {
  useTick();
  if (!next?.due_at) return html`<span class="muted">${t(sent[0]?.kind === "final" ? "sitrep.all_said" : "sitrep.none")}</span>`;
  const late = Date.parse(next.due_at) < now();
  return html`<span class=${late ? "word-major" : "muted"}>
    ${t(late ? "sitrep.late" : "sitrep.due", { kind: t(`sitrep.${next.kind}`) })} <${Countdown} at=${next.due_at} going />
  </span>`;
}

/** Changes whenever a report was sent anywhere.
 * @param {any} board */
function newsOf(board) {
  return board.items("situation_report").size;
}
