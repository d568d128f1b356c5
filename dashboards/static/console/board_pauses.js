/**
 * Where automatic dispatch is paused, by whom and why; pausing it in a region, and resuming it.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Time } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";

const HOURS = [1, 2, 4, 8, 24];
const HOUR = 3_600_000;

/**
 * @param {object} props
 * @param {any} props.board
 * @param {(permission: string) => boolean} props.may
 * @param {import("../state/board_rows.js").PersonRow[]} props.people
 * @param {import("../state/board_tray.js").Waiting[]} props.waiting
 */
export function PausePanel({ board, may, people, waiting }) {
  const [asking, setAsking] = useState(false);
  const pauses = /** @type {import("../state/shapes_board.js").Pause[]} */ ([...board.items("pause").values()]);
  const mayAct = may("manage_work_orders");
  useKeys(mayAct ? [{ keys: "p", label: "pause.do", run: () => setAsking(true) }] : []);
  const resume = async (/** @type {string} */ region) => {
    board.apply("pause", await post("/api/v1/pauses/resume", { region }));
    say({ text: t("pause.resumed", { region }) });
  };
  return html`<article class="board-detail">
    <h2>${t("pause.title")}</h2>
    ${!pauses.length && html`<p class="muted">${t("empty.pauses")}</p>`}
    <ul class="list panel-list">
      ${pauses.map(
        (pause) =>
          html`<li key=${pause.id}>
            <p><strong>${pause.region}</strong> <span class="muted">${t("pause.waiting", { n: waitingIn(waiting, pause.region) })}</span></p>
            <p>${pause.reason}</p>
            <p class="muted">${pause.made_by} · <${Countdown} at=${pause.made_at} going />${pause.until && html` · ${t("until")} <${Time} as="clock" at=${pause.until} />`}</p>
            ${mayAct && html`<button class="button button-small" onClick=${() => void resume(pause.region).catch(sayRefusal)}>${t("pause.resume")}</button>`}
          </li>`,
      )}
    </ul>
    ${mayAct && html`<button class="button button-small" onClick=${() => setAsking(true)}>${t("pause.do")} <kbd>p</kbd></button>`}
    ${asking && html`<${PauseDialog} board=${board} regions=${regionsOf(people)} onClose=${() => setAsking(false)} />`}
  </article>`;
}

/** @param {import("../state/board_tray.js").Waiting[]} waiting
 * @param {string} region */
function waitingIn(waiting, region) {
  return waiting.filter(({ need }) => need.region === region || need.region?.startsWith(`${region}/`)).length;
}

/** Every region in which somebody works, and all above them.
 * @param {import("../state/board_rows.js").PersonRow[]} people */
function regionsOf(people) {
  const all = people.flatMap(({ technician }) => {
    const steps = technician.region.split("/");
    return steps.map((_, n) => steps.slice(0, n + 1).join("/"));
  });
  return [...new Set(all)].sort();
}

/** @param {{board: any, regions: string[], onClose: () => void}} props */
function PauseDialog({ board, regions, onClose }) {
  const submit = async (/** @type {Record<string, string>} */ { region, hours, reason }) => {
    const until = hours ? new Date(now() + Number(hours) * HOUR).toISOString() : null;
    board.apply("pause", await post("/api/v1/pauses", { region, reason, until }));
    say({ text: t("pause.done", { region }) });
  };
  return html`<${FormDialog} title=${t("pause.do")} action=${t("pause.do")} onClose=${onClose} onSubmit=${submit}>
    <p class="muted">${t("pause.hint")}</p>
    <${Choice} name="region" label=${t("site.region")} options=${[["", t("pause.which")], ...regions.map((one) => [one, one])]} />
    <${Choice} name="hours" label=${t("pause.for")} chosen="2" options=${[...HOURS.map((n) => [n, t("hours_n", { n })]), ["", t("pause.open_end")]]} optional />
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
  <//>`;
}
