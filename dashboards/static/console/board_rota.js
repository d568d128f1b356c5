/**
 * The rota beside the board: who is away, who stands by, swaps that wait for a word, certificates that run out.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, now } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { Time } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { Phone } from "./board_detail.js";
import { skillWord } from "./explanation.js";

/** @typedef {import("../state/board_rows.js").PersonRow} PersonRow */
/** @typedef {import("../state/shapes_board.js").Duty} Duty */
/** @typedef {{id: string, technician: string, technician_name?: string, other: string, other_name?: string, since: string, until: string, state: string, note?: string, version: number}} Swap */
/** @typedef {{id: string, technician: string, technician_name?: string, skill: string, expires_at?: string, valid_until?: string, until?: string}} Certificate */

const SOON_MS = 30 * 86_400_000;
const DAY = 86_400_000;

/** @param {{people: PersonRow[] & {duties: Map<string, Duty>}, may: (permission: string) => boolean, onChoose: (id: string) => void}} props */
export function RotaPanel({ people, may, onChoose }) {
  const standby = people.filter((row) => row.standing === "standby");
  const away = people.filter((row) => row.standing === "away");
  const swaps = useFetched("/api/v1/swaps", { params: { state: "agreed" }, everyMs: 60_000 });
  const certificates = useFetched("/api/v1/certificates", { params: { limit: 100 }, everyMs: 300_000 });
  const waiting = /** @type {{items: Swap[]}|null} */ (swaps.data)?.items ?? [];
  const known = /** @type {{items: Certificate[]}|null} */ (certificates.data)?.items ?? [];
  const ending = known.filter((one) => Date.parse(endOf(one)) - now() < SOON_MS);
  const list = (/** @type {PersonRow[]} */ rows, /** @type {"standby"|"away"} */ kind) =>
    html`<ul class="list">
      ${rows.map(
        (row) =>
          html`<li key=${row.key}>
            <button class="text-link" onClick=${() => onChoose(row.key)}>${row.technician.name}</button> <${Phone} technician=${row.technician} />
            <span class="muted"> ${untilWords(people.duties.get(row.key), kind)}</span>
          </li>`,
      )}
    </ul>`;
  return html`<article class="board-detail">
    <h2>${t("rota.title")}</h2>
    <h3>${t("rota.standby", { n: standby.length })}</h3>
    ${standby.length ? list(standby, "standby") : html`<p class="muted">${t("rota.nobody_standby")}</p>`}
    <h3>${t("rota.away", { n: away.length })}</h3>
    ${away.length ? list(away, "away") : html`<p class="muted">${t("rota.nobody_away")}</p>`}
    <h3>${t("rota.swaps", { n: waiting.length })}</h3>
    ${!waiting.length && html`<p class="muted">${t("rota.no_swaps")}</p>`}
    ${waiting.map((swap) => html`<${SwapLine} key=${swap.id} swap=${swap} may=${may} onDone=${swaps.again} />`)}
    <h3>${t("rota.certificates", { n: ending.length })}</h3>
    ${!ending.length && html`<p class="muted">${t("rota.no_certificates")}</p>`}
    <ul class="list">
      ${ending.map(
        (one) =>
          html`<li key=${one.id}>
            <button class="text-link" onClick=${() => onChoose(one.technician)}>${one.technician_name ?? one.technician}</button>
            ${skillWord(one.skill)}
            <span class=${Date.parse(endOf(one)) < now() + 7 * DAY ? "word-major" : "muted"}> ${t("until")} ${endOf(one).slice(0, 10)}</span>
          </li>`,
      )}
    </ul>
  </article>`;
}

/** @param {Certificate} one */
function endOf(one) {
  return one.expires_at ?? one.valid_until ?? one.until ?? "";
}

/** Until when that goes on.
 * @param {Duty|undefined} duty
 * @param {"standby"|"away"} kind */
function untilWords(duty, kind) {
  const at = now();
  const stretch = duty?.[kind].find(({ since, until }) => Date.parse(since) <= at && at < Date.parse(until));
  return stretch ? `${t("until")} ${clock(stretch.until, null)}` : "";
}

/** @param {{swap: Swap, may: (permission: string) => boolean, onDone: () => Promise<void>}} props */
function SwapLine({ swap, may, onDone }) {
  const [refusing, setRefusing] = useState(false);
  const decide = async (/** @type {boolean} */ approved, reason = "") => {
    await post(`/api/v1/swaps/${encodeURIComponent(swap.id)}/decide`, { approved, reason, version: swap.version });
    say({ text: t(approved ? "swap.approved" : "swap.refused") });
    await onDone();
  };
  return html`<div class="panel-swap">
    <p>${swap.technician_name ?? swap.technician} ⇄ ${swap.other_name ?? swap.other} <span class="muted"><${Time} at=${swap.since} /></span></p>
    ${
      may("manage_rota") &&
      html`<div class="moves">
        <button class="button button-small" onClick=${() => void decide(true).catch(sayRefusal)}>${t("swap.approve")}</button>
        <button class="button button-small" onClick=${() => setRefusing(true)}>${t("swap.refuse")}</button>
      </div>`
    }
    ${
      refusing &&
      html`<${FormDialog} title=${t("swap.refuse")} action=${t("swap.refuse")} onClose=${() => setRefusing(false)} onSubmit=${(/** @type {Record<string, string>} */ { reason }) => decide(false, reason)}>
        <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
      <//>`
    }
  </div>`;
}
