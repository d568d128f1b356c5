/**
 * Who is on shift and does how much; what somebody idle holds can be taken over or freed here.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Countdown, Time } from "../parts/marks.js";
import { once } from "../parts/once.js";
import { TableHead } from "../parts/table_head.js";
import { say } from "../parts/toasts.js";
import { searchOf } from "../state/route.js";

/** @typedef {import("../state/shapes_shift.js").Claim} Claim */
/** @typedef {import("../state/shapes_shift.js").Operator} Operator */

const COUNTS = ["claims", "tickets", "acts"];

/** @param {{operators: Operator[], board: any, revision: number, user: import("/shared/lib/api.js").User, onDone: () => unknown}} props */
export function Operators({ operators, board, user, onDone }) {
  const [asked, setAsked] = useState("");
  const claims = /** @type {Claim[]} */ ([...board.items("claim").values()]);
  if (!operators.length) return html`<p class="muted">${t("shift.nobody")}</p>`;
  return html`<section>
    <h3>${t("shift.operators", { n: operators.length })}</h3>
    <table class="table">
      <${TableHead} columns=${["operator", "seen", ...COUNTS]} numbers=${COUNTS} />
      <tbody>
        ${operators.map(
          (one) =>
            html`<${Line}
              key=${one.name}
              operator=${one}
              claims=${claims.filter((claim) => claim.by === one.name)}
              open=${asked === one.name}
              onAsk=${() => setAsked(asked === one.name ? "" : one.name)}
              board=${board}
              user=${user}
              onDone=${onDone}
            />`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** @param {{operator: Operator, claims: Claim[], open: boolean, onAsk: () => void, board: any, user: import("/shared/lib/api.js").User, onDone: () => unknown}} props */
function Line({ operator, claims, open, onAsk, board, user, onDone }) {
  const { name, role, seen_at, tickets, acted_last_hour, acted_at, idle } = operator;
  return html`<tr data-row tabindex="-1">
      <td>${name} <span class="muted">${t(`role.${role}`)}</span></td>
      <td>
        <${Time} as="ago" at=${seen_at} />
        ${idle && html` <span class="word-major">▲ ${t("shift.idle")} ${acted_at && html`<${Countdown} at=${acted_at} going />`}</span>`}
      </td>
      <td class="number">
        ${claims.length ? html`<button class="text-link" data-key="e" title="e" aria-expanded=${open} onClick=${onAsk}>${claims.length}</button>` : html`<span class="muted">0</span>`}
      </td>
      <td class="number">${tickets}</td>
      <td class="number">${acted_last_hour}</td>
    </tr>
    ${
      open &&
      claims.map(
        (claim) =>
          html`<tr key=${claim.id} data-row tabindex="-1" class="row-below">
            <td colspan="3">
              <a href=${searchOf({ view: "incidents", id: claim.incident })}>${claim.incident}</a> <span class="muted"><${Countdown} at=${claim.at} going /> ${claim.note}</span>
            </td>
            <td colspan="2" class="cell-actions">
              ${claim.by !== user.name && html`<button class="button button-small button-quiet" data-key="t" title="t" onClick=${() => void take(claim, board, onDone)}>${t("claim.do.others")}</button>`}
              <button class="button button-small button-quiet" data-key="f" title="f" onClick=${() => void free(claim, board, onDone)}>${t("claim.free_it")}</button>
            </td>
          </tr>`,
      )
    }`;
}

/** @param {Claim} claim
 * @param {any} board
 * @param {() => unknown} onDone */
function take(claim, board, onDone) {
  return change(claim, "claim", { take_over: true, version: claim.version }, board, onDone);
}

/** @param {Claim} claim
 * @param {any} board
 * @param {() => unknown} onDone */
function free(claim, board, onDone) {
  return change(claim, "release", { version: claim.version }, board, onDone);
}

/** @param {Claim} claim
 * @param {"claim"|"release"} what
 * @param {object} given
 * @param {any} board
 * @param {() => unknown} onDone */
function change({ incident, by }, what, given, board, onDone) {
  const path = `/api/v1/incidents/${encodeURIComponent(incident)}/${what}`;
  return once(path, async () => {
    board.apply("claim", await post(path, given));
    say({ text: t(`claim.led.${what}`, { id: incident, who: by }) });
    await onDone();
  });
}
