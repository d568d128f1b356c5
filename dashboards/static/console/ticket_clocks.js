/**
 * A ticket's clocks: what is due when, what stands still and why; more time asked for and decided.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { now } from "/shared/lib/time.js";
import { Choice } from "../parts/choice.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Time } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { holdWords, reasonLabel } from "../words/hold.js";
import { ExemptDialog } from "./shift_dialogs.js";
import { useChoices } from "./ticket_choices.js";
import { DueMark } from "./ticket_row.js";

/** @typedef {import("../state/shapes_board.js").Clock} Clock */
/** @typedef {import("../state/shapes_board.js").Extension} Extension */

const HOUR = 3_600_000;
const MORE_MINUTES = [30, 60, 120, 240, 480, 1440];
const STILL_HOURS = [1, 2, 4, 8, 24];

/**
 * @param {object} props
 * @param {string} props.ticket
 * @param {Clock[]} props.clocks
 * @param {Extension[]} props.extensions
 * @param {(permission: string) => boolean} props.may
 * @param {() => void} props.onDone
 */
export function TicketClocks({ ticket, clocks, extensions, may, onDone }) {
  const [asking, setAsking] = useState(/** @type {{what: string, clock: Clock}|null} */ (null));
  const asked = extensions.filter((one) => one.state === "asked");
  const open = [...clocks].filter((clock) => clock.state !== "stopped").sort(byDue);
  const stopped = clocks.filter((clock) => clock.state === "stopped");
  const [first] = open;
  const mayAsk = may("manage_work_orders");
  useKeys(first && mayAsk ? [{ keys: "l", label: "clock.do.extension", run: () => setAsking({ what: "extension", clock: first }) }] : []);
  if (!clocks.length) return null;
  const path = (/** @type {Clock} */ clock) => `/api/v1/tickets/${encodeURIComponent(ticket)}/clocks/${clock.kind}`;
  const resume = async (/** @type {Clock} */ clock) => {
    await post(`${path(clock)}/resume`, { need: clock.need ?? "" });
    onDone();
  };
  const Asked = asking && DIALOGS[/** @type {keyof typeof DIALOGS} */ (asking.what)];
  return html`<section>
    <h3>${t("clocks.title")}</h3>
    <ul class="list clocks">
      ${open.map(
        (clock) =>
          html`<li key=${clock.id} class="clock">
            <${DueMark} due=${dueOf(clock)} zone=${clock.time_zone} />
            <span class="muted clock-of">
              ${clock.site_name} ${clock.tenant && t("clock.contract", { tenant: clock.tenant })}
              ${clock.extended_minutes > 0 && t("clock.extended", { n: clock.extended_minutes })}
              <${Still} clock=${clock} />
            </span>
            <span class="clock-deeds">
              ${
                mayAsk &&
                html`<button class="button button-small button-quiet" onClick=${() => setAsking({ what: "extension", clock })}>
                    ${t("clock.do.extension")}
                  </button>
                  ${
                    clock.state === "paused"
                      ? standsByHand(clock) &&
                        html`<button class="button button-small button-quiet" onClick=${() => void resume(clock).catch(sayRefusal)}>
                          ${t("clock.do.resume")}
                        </button>`
                      : html`<button class="button button-small button-quiet" onClick=${() => setAsking({ what: "pause", clock })}>
                          ${t("clock.do.pause")}
                        </button>`
                  }`
              }
              ${
                may("grant_time") &&
                html`<button class="button button-small button-quiet" onClick=${() => setAsking({ what: "exempt", clock })}>
                  ${t("clock.do.exempt")}
                </button>`
              }
            </span>
          </li>`,
      )}
    </ul>
    ${stopped.length > 0 && html`<p class="muted dense">${stoppedWords(stopped)}</p>`}
    ${asked.map((one) => html`<${Asking} key=${one.id} extension=${one} may=${may} onDone=${onDone} />`)}
    ${
      Asked &&
      html`<${Asked} clock=${asking.clock} path=${path(asking.clock)} onClose=${() => setAsking(null)} onDone=${onDone} />`
    }
  </section>`;
}

/** @param {Clock} clock
 * @returns {import("../state/runs_out.js").Due|null} */
function dueOf({ kind, due_at, state }) {
  return { kind, at: due_at ?? new Date(now()).toISOString(), paused: state === "paused" };
}

/** @param {Clock} a
 * @param {Clock} b */
function byDue(a, b) {
  return (a.due_at ?? "9").localeCompare(b.due_at ?? "9");
}

/** @param {Clock[]} clocks */
function stoppedWords(clocks) {
  const late = clocks.filter((clock) => clock.breached_at).length;
  return t(late ? "clocks.stopped_late" : "clocks.stopped", { n: clocks.length, late });
}

/** Whether a person stopped it, and not the state of its ticket.
 * @param {Clock} clock */
function standsByHand(clock) {
  return clock.pauses.some((pause) => pause.how === "pause" && !pause.ended_at);
}

/** Why it stands still now.
 * @param {{clock: Clock}} props */
function Still({ clock }) {
  const pause = clock.state === "paused" && clock.pauses.findLast((one) => !one.ended_at);
  if (!pause) return null;
  return html`${holdWords(pause.reason)}${pause.until && html`, ${t("until")} <${Time} as="clock" at=${pause.until} zone=${clock.time_zone} />`}`;
}

/** A request for more time, with the decision where the reader may make it.
 * @param {{extension: Extension, may: (permission: string) => boolean, onDone: () => void}} props */
function Asking({ extension, may, onDone }) {
  const [refusing, setRefusing] = useState(false);
  const decide = async (/** @type {boolean} */ granted, reason = "") => {
    await post(`/api/v1/extensions/${encodeURIComponent(extension.id)}/decide`, { granted, reason });
    say({ text: t(granted ? "extension.granted" : "extension.refused", { n: extension.minutes }) });
    onDone();
  };
  const words = { who: extension.asked_by, n: extension.minutes, clock: t(`clock.${extension.kind}`) };
  return html`<div class="notice extension">
    <p>${t("extension.asked", words)}${t("colon")}${extension.reason}</p>
    ${
      may("grant_time") &&
      html`<div class="moves">
        <button class="button button-small" onClick=${() => void decide(true).catch(sayRefusal)}>${t("extension.grant")}</button>
        <button class="button button-small" onClick=${() => setRefusing(true)}>${t("extension.refuse")}</button>
      </div>`
    }
    ${
      refusing &&
      html`<${FormDialog}
        title=${t("extension.refuse")}
        action=${t("extension.refuse")}
        onClose=${() => setRefusing(false)}
        onSubmit=${(/** @type {Record<string, string>} */ { reason }) => decide(false, reason)}
      >
        <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
      <//>`
    }
  </div>`;
}

/** @typedef {{clock: Clock, path: string, onClose: () => void, onDone: () => void}} Question */

const DIALOGS = { extension: ExtensionDialog, pause: PauseDialog, exempt: ExemptDialog };

/** @param {Question} props */
function ExtensionDialog({ clock, path, onClose, onDone }) {
  const submit = async (/** @type {Record<string, string>} */ { minutes, reason, evidence }) => {
    await post(`${path}/extension`, { minutes: Number(minutes), reason, evidence, need: clock.need ?? "" });
    say({ text: t("extension.sent") });
    onDone();
  };
  return html`<${FormDialog} title=${t("clock.ask.extension", words(clock))} action=${t("clock.do.extension")} onClose=${onClose} onSubmit=${submit}>
    <${Choice} name="minutes" label=${t("extension.how_long")} options=${MORE_MINUTES.map((n) => [n, t(`minutes.${n}`)])} chosen="60" />
    <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="500" /><//>
    <${Field} name="evidence" label=${t("extension.evidence")}><input id="field-evidence" name="evidence" maxlength="500" /><//>
  <//>`;
}

/** @param {Question} props */
function PauseDialog({ clock, path, onClose, onDone }) {
  const { choices, problem } = useChoices();
  const reasons = (choices?.reasons ?? []).filter((one) => one.clocks.includes(clock.kind));
  const submit = async (/** @type {Record<string, string>} */ { reason, hours, note }) => {
    const until = new Date(now() + Number(hours) * HOUR).toISOString();
    await post(`${path}/pause`, { reason, note, until, need: clock.need ?? "" });
    onDone();
  };
  return html`<${FormDialog} title=${t("clock.ask.pause", words(clock))} action=${t("clock.do.pause")} awaiting=${!choices} trouble=${problem} onClose=${onClose} onSubmit=${submit}>
    <${Choice} name="reason" label=${t("hold.reason")} options=${reasons.map((one) => [one.id, reasonLabel(one)])} />
    <${Choice} name="hours" label=${t("hold.for")} options=${STILL_HOURS.map((n) => [n, t("hours_n", { n })])} />
    <${Field} name="note" label=${t("hold.note")}><input id="field-note" name="note" maxlength="300" /><//>
  <//>`;
}

/** @param {Clock} clock */
function words(clock) {
  return { clock: t(`clock.${clock.kind}`), site: clock.site_name ?? "" };
}
