/**
 * Calls for help and overdue watches, on top of every view: who, where, how to reach them, and who has it in hand.
 */

import { html, useEffect, useMemo, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useTick } from "../parts/hooks.js";
import { useKeys } from "../parts/keys.js";
import { Countdown } from "../parts/marks.js";
import { KNOCK, play, SOS, useSound } from "../parts/sound.js";
import { sayRefusal } from "../parts/toasts.js";
import { isUnanswered, openCalls, overdueWatches } from "../state/calls.js";
import { searchOf } from "../state/route.js";

/** @typedef {import("../state/shapes_shift.js").Sos} Call */
/** @typedef {import("../state/shapes_shift.js").Watch} Watch */
/** @typedef {import("../shapes.js").Technician} Technician */

const RING_EVERY_MS = 4_000;
const KNOCK_EVERY_MS = 20_000;

/** @param {{board: import("../state/board.js").Board, revision: number, session: import("/shared/lib/api.js").Session}} props */
export function CallsForHelp({ board, revision, session }) {
  const time = useTick();
  const [ending, setEnding] = useState(/** @type {Call|null} */ (null));
  const calls = useMemo(() => openCalls(board.items("sos").values()), [revision]);
  const overdue = overdueWatches(board.items("watch").values(), calls, time);
  const mayAnswer = session.permissions.includes("manage_work_orders");
  const waiting = calls.find((call) => !call.answered_at);
  const take = (/** @type {Call} */ call) => void answer(call, board, session.user.name);
  useRinging(isUnanswered(calls), overdue.length > 0);
  useTitle(calls.length);
  useKeys(waiting && mayAnswer ? [{ keys: "!", label: "key.answer_sos", run: () => take(waiting) }] : []);
  if (!calls.length && !overdue.length) return null;
  return html`<section class="calls" aria-label=${t("sos.title")}>
    <p class="visually-hidden" role="alert">${saidOf(calls, overdue, board)}</p>
    <ul>
      ${calls.map(
        (call) =>
          html`<${CallLine}
            key=${call.id}
            call=${call}
            board=${board}
            first=${call === waiting}
            mayAnswer=${mayAnswer}
            onTake=${() => take(call)}
            onEnd=${() => setEnding(call)}
          />`,
      )}
      ${overdue.map((watch) => html`<${WatchLine} key=${watch.id} watch=${watch} board=${board} />`)}
    </ul>
    ${ending && html`<${EndDialog} call=${ending} board=${board} onClose=${() => setEnding(null)} />`}
  </section>`;
}

/** What is read aloud: without the seconds, which would have it read again and again.
 * @param {Call[]} calls
 * @param {Watch[]} overdue
 * @param {any} board */
function saidOf(calls, overdue, board) {
  const open = calls.filter((call) => !call.answered_at).map(callWords);
  return [...open, ...overdue.map((watch) => watchWords(watch, board))].join(t("comma"));
}

/** @param {Call} call */
function callWords(call) {
  return t(call.raised_by === "watch" ? "sos.silent" : "sos.calls", { name: call.person_name ?? call.person });
}

/** @param {Watch} watch
 * @param {any} board */
function watchWords({ id }, board) {
  return t("watch.overdue", { name: board.items("technician").get(id)?.name ?? id });
}

/** @param {{call: Call, board: any, first: boolean, mayAnswer: boolean, onTake: () => void, onEnd: () => void}} props */
function CallLine({ call, board, first, mayAnswer, onTake, onEnd }) {
  const taken = Boolean(call.answered_at);
  return html`<li class=${taken ? "call call-taken" : "call"}>
    <span class=${taken ? "call-mark" : "call-mark beat"} aria-hidden="true">◆</span>
    <div class="call-words">
      <p class="call-who">
        ${callWords(call)} <${Countdown} at=${call.since} />
      </p>
      <p class="call-where">
        <${Phone} phone=${call.phone} /><${Place} call=${call} /> <${Order} id=${call.work_order} board=${board} />
        ${call.text && html`<q>${call.text}</q>`}
      </p>
    </div>
    <div class="call-acts">
      ${
        taken
          ? html`<span>${t("sos.in_hand", { who: call.answered_by })} <${Countdown} at=${call.answered_at} /></span>`
          : html`<span>${t("sos.nobody")}</span>`
      }
      ${
        mayAnswer &&
        !taken &&
        html`<button class="button call-button" onClick=${onTake}>${t("sos.take")} ${first && html`<kbd>!</kbd>`}</button>`
      }
      ${mayAnswer && html`<button class="button call-button" onClick=${onEnd}>${t("sos.end")}</button>`}
    </div>
  </li>`;
}

/** @param {{watch: Watch, board: any}} props */
function WatchLine({ watch, board }) {
  const person = /** @type {Technician|undefined} */ (board.items("technician").get(watch.id));
  return html`<li class="call call-watch">
    <span class="call-mark" aria-hidden="true">▲</span>
    <div class="call-words">
      <p class="call-who">${watchWords(watch, board)} <${Countdown} at=${watch.until} /></p>
      <p class="call-where">
        <${Phone} phone=${person?.phone} /> ${person && html`<${Position} latitude=${person.latitude} longitude=${person.longitude} at=${person.position_at} />`}
        <${Order} id=${watch.work_order} board=${board} />
      </p>
    </div>
    <span class="call-acts">${t("watch.help_follows")}</span>
  </li>`;
}

/** @param {{phone: string|null|undefined}} props */
function Phone({ phone }) {
  return phone ? html`<a href=${`tel:${phone}`}>${phone}</a>` : html`<span>${t("sos.no_phone")}</span>`;
}

/** @param {{call: Call}} props */
function Place({ call: { latitude, longitude, position_at } }) {
  if (latitude === null || longitude === null) return html`<span>${t("sos.no_place")}</span>`;
  return html`<${Position} latitude=${latitude} longitude=${longitude} at=${position_at} />`;
}

/** A place as the map can show it, and how old it is.
 * @param {{latitude: number, longitude: number, at: string|null}} props */
function Position({ latitude, longitude, at }) {
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return html`<span>
    <a href=${searchOf({ view: "map", at: place.replace(" ", "") })}>${place}</a>
    ${at && html` (${t("sos.position")} <${Countdown} at=${at} />)`}
  </span>`;
}

/** @param {{id: string, board: any}} props */
function Order({ id, board }) {
  const site = board.items("work_order").get(id)?.site_name;
  return id && html`<a href=${searchOf({ view: "work", id })}>${id}${site ? ` · ${site}` : ""}</a>`;
}

/** @param {{call: Call, board: any, onClose: () => void}} props */
function EndDialog({ call, board, onClose }) {
  /** @param {Record<string, string>} fields */
  const submit = async ({ reason }) => {
    await post(`/api/v1/sos/${encodeURIComponent(call.id)}/end`, { reason });
    const over = { ...call, ended_at: new Date().toISOString() };
    board.apply("sos", over);
  };
  return html`<${FormDialog}
    title=${t("sos.end_title", { name: call.person_name ?? call.person })}
    action=${t("sos.end")}
    onClose=${onClose}
    onSubmit=${submit}
  >
    <p class="muted">${t("sos.end_hint")}</p>
    <${Field} name="reason" label=${t("sos.done")}>
      <textarea id="field-reason" name="reason" rows="2" required maxlength="1000"></textarea>
    <//>
  <//>`;
}

/** Shows at once that somebody has it in hand, and the old state again where the server refuses.
 * @param {Call} call
 * @param {import("../state/board.js").Board} board
 * @param {string} who */
async function answer(call, board, who) {
  const taken = { ...call, answered_at: new Date().toISOString(), answered_by: who };
  board.apply("sos", taken);
  try {
    await post(`/api/v1/sos/${encodeURIComponent(call.id)}/answer`, {});
  } catch (error) {
    board.apply("sos", call);
    sayRefusal(error);
  }
}

/** @param {boolean} calling
 * @param {boolean} overdue */
function useRinging(calling, overdue) {
  const [sound] = useSound();
  useEffect(() => {
    if (sound !== "on" || !(calling || overdue)) return undefined;
    const ring = () => play(calling ? SOS : KNOCK);
    ring();
    const timer = setInterval(ring, calling ? RING_EVERY_MS : KNOCK_EVERY_MS);
    return () => clearInterval(timer);
  }, [sound, calling, overdue]);
}

/** A tab in the background says so too.
 * @param {number} calls */
function useTitle(calls) {
  useEffect(() => {
    document.title = calls ? `◆ ${t("sos.title")} · Guywire` : t("title.console");
  }, [calls]);
}
