/**
 * What is chosen on the board: a need that waits, an order, or a technician; with what can be done to it.
 */

import { html, useState } from "/vendor/preact.js";
import { post } from "/shared/lib/api.js";
import { t } from "/shared/lib/i18n.js";
import { clock, now, relative } from "/shared/lib/time.js";
import { Field, FormDialog } from "../parts/dialog.js";
import { useKeys } from "../parts/keys.js";
import { Countdown, Time } from "../parts/marks.js";
import { say, sayRefusal } from "../parts/toasts.js";
import { useFetched } from "../parts/use_fetched.js";
import { searchOf } from "../state/route.js";
import { isCall } from "../state/board_tray.js";
import { orderWords } from "../words/catalogue.js";
import { actorWords } from "../words/notes.js";
import { undo } from "./board_move.js";
import { needWords } from "./board_tray.js";
import { Explanation, refusalWords, skillWord, waitingWords } from "./explanation.js";
import { DueMark } from "./ticket_row.js";

/** @typedef {import("../shapes.js").WorkOrder} WorkOrder */
/** @typedef {import("../shapes.js").Technician} Technician */
/** @typedef {import("../state/shapes_board.js").Option} Option */

const MOST_OPTIONS = 12;

/**
 * @typedef {object} Props
 * @property {any} board
 * @property {import("/shared/lib/api.js").User} user
 * @property {(permission: string) => boolean} may
 * @property {import("./board_move.js").Move} move
 * @property {(id: string) => void} onChoose
 */

/** A place that waits: why, who could go, and taking it in hand.
 * @param {Props & {waiting: import("../state/board_tray.js").Waiting}} props */
export function NeedDetail({ waiting: one, may, user, move, onChoose }) {
  const { need, waiting, due } = one;
  const mayAct = may("manage_work_orders");
  const inHand = waiting?.code === "in_hand";
  const [holding, setHolding] = useState(false);
  const change = async (/** @type {"hold"|"release"} */ what, given = {}) => {
    await post(`/api/v1/needs/${encodeURIComponent(need.id)}/${what}`, given);
    say({ text: t(`need.done.${what}`, { site: need.site_name ?? need.site }) });
  };
  const begin = () => move.begin({ need: need.id }, true);
  const hold = () => (inHand ? void change("release").catch(sayRefusal) : setHolding(true));
  useKeys(
    mayAct && !move.what
      ? [
          { keys: "m", label: "board.key.move", run: begin },
          { keys: "i", label: inHand ? "need.release" : "need.hold", run: hold },
        ]
      : [],
  );
  return html`<article class="board-detail">
    <h2>${need.site_name ?? need.site}</h2>
    <p class="muted">${need.id} · ${needWords(need)} · ${t("priority_n", { n: need.priority })}</p>
    <p><${DueMark} due=${due} zone=${need.time_zone} /></p>
    <p class="links">
      <a href=${searchOf({ view: "tickets", id: need.ticket })}>${t("ticket")} ${need.ticket}</a>
      <a href=${searchOf({ view: "site", id: need.site })}>${need.site}</a>
    </p>
    ${need.skills.length > 0 && html`<p class="muted">${t("need.skills", { skills: need.skills.map(skillWord).join(t("comma")) })}</p>`}
    <p>${waiting ? waitingWords(waiting) : t("work.being_planned")}</p>
    ${waiting && ["in_hand", "paused"].includes(waiting.code) && html`<p class="muted">${waiting.hint}</p>`}
    ${waiting && html`<p class="muted dense">${t("waiting.again")} <${Time} at=${waiting.next_try_at} zone=${need.time_zone} /></p>`}
    ${
      mayAct &&
      html`<div class="moves">
        <button class="button button-small button-primary" onClick=${begin}>${t("board.move")} <kbd>m</kbd></button>
        <button class="button button-small" onClick=${hold}>${t(inHand ? "need.release" : "need.hold")} <kbd>i</kbd></button>
      </div>
      <${WhoCould} what=${{ need: need.id }} onChoose=${onChoose} />`
    }
    ${
      holding &&
      html`<${FormDialog}
        title=${t("need.hold_title", { site: need.site_name ?? need.site })}
        action=${t("need.hold")}
        onClose=${() => setHolding(false)}
        onSubmit=${(/** @type {Record<string, string>} */ { reason }) => change("hold", { reason })}
      >
        <p class="muted">${t("need.hold_hint", { who: user.name })}</p>
        <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" maxlength="300" /><//>
      <//>`
    }
  </article>`;
}

/** An order: who, where, when; why this one; taken back, or given to another.
 * @param {Props & {order: WorkOrder}} props */
export function OrderDetail({ order, board, may, move, onChoose }) {
  const mayAct = may("manage_work_orders");
  const [withdrawing, setWithdrawing] = useState(false);
  const canUndo = mayAct && order.state === "offered" && order.given_by !== "dispatch";
  const begin = () => move.begin({ order: order.id }, true);
  const takeBack = () => void undo(board, order).catch(sayRefusal);
  useKeys(
    mayAct && !move.what
      ? [
          { keys: "m", label: "board.key.move", run: begin },
          { keys: "x", label: "work.withdraw", run: () => setWithdrawing(true) },
          ...(canUndo ? [{ keys: "z", label: "work.undo", run: takeBack }] : []),
        ]
      : [],
  );
  const withdraw = async (/** @type {Record<string, string>} */ { reason }) => {
    const given = { reason, version: order.version };
    const done = await post(`/api/v1/work-orders/${encodeURIComponent(order.id)}/withdraw`, given);
    board.apply("work_order", done);
    say({ text: t("work.withdrawn", { id: order.id }), undo: () => void undo(board, done).catch(sayRefusal) });
  };
  return html`<article class="board-detail">
    <${OrderFacts} order=${order} board=${board} onChoose=${onChoose} />
    ${
      mayAct &&
      html`<div class="moves">
        <button class="button button-small button-primary" onClick=${begin}>${t("work.reassign")} <kbd>m</kbd></button>
        <button class="button button-small" onClick=${() => setWithdrawing(true)}>${t("work.withdraw")} <kbd>x</kbd></button>
        ${canUndo && html`<button class="button button-small" onClick=${takeBack}>${t("undo")} <kbd>z</kbd></button>`}
      </div>`
    }
    <h3>${t("why_this_technician")}</h3>
    <${Explanation} explanation=${order.explanation} />
    ${mayAct && html`<${WhoCould} what=${{ order: order.id }} onChoose=${onChoose} />`}
    ${
      withdrawing &&
      html`<${FormDialog}
        title=${t("work.withdraw_title", { id: order.id, who: order.technician_name ?? order.technician })}
        action=${t("work.withdraw")}
        onClose=${() => setWithdrawing(false)}
        onSubmit=${withdraw}
      >
        <${Field} name="reason" label=${t("reason")}><input id="field-reason" name="reason" required maxlength="300" /><//>
      <//>`
    }
  </article>`;
}

/** @param {{order: WorkOrder, board: any, onChoose: (id: string) => void}} props */
function OrderFacts({ order, board, onChoose }) {
  const technician = /** @type {Technician|undefined} */ (board.items("technician").get(order.technician));
  const mates = (order.mates ?? []).map((id) => board.items("technician").get(id)?.name ?? id);
  return html`<h2>${order.site_name ?? order.site}</h2>
    <p class="muted">${order.id} · ${orderWords(order, board)} · ${t("priority_n", { n: order.priority })}</p>
    <p>
      ${t(`work_order.${isCall(order) ? "called" : order.state}`)}
      ${order.state === "offered" && order.offer_expires_at && html` · ${t("offer.until")} <${Time} as="clock" at=${order.offer_expires_at} zone=${order.time_zone} />`}
      ${order.asked_to_return_at && html` · ${t("offer.asked_to_return")}`}
    </p>
    <p>
      <button class="text-link" onClick=${() => onChoose(order.technician)}>${order.technician_name ?? order.technician}</button>
      ${technician && html` <${Phone} technician=${technician} />`} ${mates.length > 0 && html`<span> + ${mates.join(t("comma"))}</span>`}
    </p>
    <p>
      ${order.on_site_at ? html`${t("order.there_since")} <${Time} at=${order.on_site_at} zone=${order.time_zone} />` : html`${t("order.there")} <${Time} at=${order.estimated_at ?? order.planned_arrival_at} zone=${order.time_zone} />`}
    </p>
    <p class="links">
      <a href=${searchOf({ view: "tickets", id: order.ticket })}>${t("ticket")} ${order.ticket}</a>
      <a href=${searchOf({ view: "site", id: order.site })}>${order.site}</a>
    </p>
    ${order.given_by !== "dispatch" && html`<p class="muted">${t("order.by_hand", { who: actorWords(order.given_by) })}${order.reason && `${t("colon")}${order.reason}`}</p>`}`;
}

/** Somebody: how to reach them, what they can do, what they have before them.
 * @param {Props & {row: import("../state/board_rows.js").PersonRow}} props */
export function PersonDetail({ row, onChoose }) {
  const { technician, bars, standing } = row;
  return html`<article class="board-detail">
    <h2>${technician.name}</h2>
    <p class="muted">${technician.id} · ${[technician.company, technician.region].filter(Boolean).join(" · ")}</p>
    <p><${Phone} technician=${technician} /> · ${t(`standing.${standing}`)}</p>
    <p class="muted">
      ${technician.position_at ? html`${t("person.position")} <${Countdown} at=${technician.position_at} />` : t("person.no_position")}
    </p>
    <p class="muted">${t("person.skills", { skills: technician.skills.map(skillWord).join(t("comma")) || t("nothing") })}</p>
    <p class="muted">${t("person.shift", { shift: technician.shift })} ${technician.generators > 0 && t("person.generators", { n: technician.generators })}</p>
    <h3>${t("person.day")}</h3>
    ${!bars.length && html`<p class="muted">${t("person.nothing_planned")}</p>`}
    <ol class="list">
      ${bars.map(
        (bar) =>
          html`<li key=${bar.key}>
            <span class="muted">${clock(new Date(bar.work.from).toISOString(), bar.order?.time_zone ?? null)}</span>${" "}
            <button class="text-link" onClick=${() => onChoose(bar.id)}>${bar.site}</button>
            <span class="muted"> ${t(`work_order.${bar.state}`)}</span> ${bar.late !== null && html`<span class="word-major">${t("board.late", { time: t("minutes_n", { n: bar.late }) })}</span>`}
          </li>`,
      )}
    </ol>
  </article>`;
}

/** @param {{technician: Technician}} props */
export function Phone({ technician }) {
  return html`<a href=${`tel:${technician.phone}`}>${technician.phone}</a>`;
}

/** Everybody who could be sent, whoever is there first in front: the drive as a bar, or the first reason against it.
 * @param {{what: {need: string}|{order: string}, onChoose: (id: string) => void}} props */
function WhoCould({ what, onChoose }) {
  const { data, problem } = useFetched("/api/v1/work-orders/preview", { params: { ...what }, everyMs: 60_000 });
  const options = /** @type {{items: Option[]}|null} */ (data)?.items ?? [];
  const shown = options.slice(0, MOST_OPTIONS);
  const most = Math.max(1, ...shown.map((one) => Date.parse(one.arrive) - now()));
  if (problem) return html`<p class="muted">${problem}</p>`;
  return html`<h3>${t("could.title")}</h3>
    <dl class="nearness">
      ${shown.map(
        (one) =>
          html`<div key=${one.technician} class=${one.refusal ? "near near-not" : "near"}>
            <dt><button class="text-link" onClick=${() => onChoose(one.technician)}>${one.name || one.technician}</button></dt>
            <dd>
              <span class="near-bar" style=${{ width: `${(100 * Math.max(0, Date.parse(one.arrive) - now())) / most}%` }}></span>
              <span class="near-words">${one.refusal ? html`<span class="muted">✕ ${refusalWords(one.refusal)}</span>` : `${relative(one.arrive)} · ${t("km_n", { n: one.km.toFixed(0) })}`}</span>
            </dd>
          </div>`,
      )}
    </dl>
    ${options.length > shown.length && html`<p class="muted dense">${t("more_n", { n: options.length - shown.length })}</p>`}`;
}
